"""What reading looks things up in and takes time to make, or comes from a file that no reading process may open."""

from __future__ import annotations

from pipeline.domain.identifiers import check_mobile
from pipeline.extract.calibration import shipped_calibration
from pipeline.extract.form.labels import label_book
from pipeline.extract.misread_places import place_names
from pipeline.extract.ticks import find_options
from pipeline.extract.wechat.name_words import syllables
from pipeline.profile.schema import Profile


def load_tables(profile: Profile) -> None:
    """Make it once, before a process forks those that read files of a profile: each would make it anew."""
    shipped_calibration()
    label_book(profile.form)  # its patterns take half a second to compile
    _ = place_names(profile.places).words
    for field in profile.form.fields:
        find_options("", field.options)
    syllables("李")  # its tables are those of a library
    check_mobile("13800000000")  # of whatever number: the library reads a country's rules at the first one
