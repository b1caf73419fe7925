"""A label of two characters of which the main reader misread one: another reader's word for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.form.hits import MISREAD
from pipeline.extract.ocr.readers import LineNetwork, OcrEngine, Quad, Reading
from pipeline.extract.raster.decode import Gray, Rgb
from samples import channels
from samples.filing import make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.truth import form_truth
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines


class _Misreading:
    """A reader that takes each 手机 for 于机, as where the strokes of 手 that lie level are hairlines."""

    def __init__(self, engine: OcrEngine | LineNetwork) -> None:
        self._engine = engine
        self.name = engine.name

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        assert not isinstance(self._engine, _Misreading)
        return self._engine.find_lines(rgb)  # type: ignore[union-attr]

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        read = self._engine.read_lines(crops, alphabet=alphabet)
        return tuple(replace(one, text=one.text.replace("手", "于")) if len(one.text) < 4 else one for one in read)


@pytest.mark.parametrize("third_too", [False, True])
def test_a_label_that_the_third_reader_surely_reads_is_read(third_too: bool) -> None:
    """In bold print without its hairlines 手机 was 于机, and the telephone number beside it was asked about."""
    filing = make_filing(63_001, entity="company", name="label")
    page = channels.scan(form_image(filing, FormStyle(tick="√"), face="hei"), 63_001)
    engines = lent_engines()
    third = _Misreading(engines.third) if third_too else engines.third
    readers = replace(engines, main=_Misreading(engines.main), third=third)  # type: ignore[arg-type]
    read = read_document(page.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=readers)

    phone = read.forms[0].field("owner_phone")
    assert phone is not None
    assert (phone.value, phone.doubt) == (form_truth(filing).fields["owner_phone"], MISREAD if third_too else None)
