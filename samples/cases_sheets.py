"""Cases about sheets and pictures that do not come one for one: a page in two files, two pages in one photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from samples import channels
from samples.carriers import docx_form, filing_mail, picture_file, usual_papers
from samples.case import Case, Expectation, registered, values_of
from samples.cases_form import printed
from samples.cut_page import halves, side_by_side
from samples.filing import FilingTruth
from samples.form_image import form_image
from samples.mail import Enclosure, SampleMail

#: The row (from 0) that begins with 开通日期.
_OPENED = 6


def sheet_cases(seed: int) -> Iterator[Case]:
    """A page in two files in every order, and two pages in one."""
    base, other = printed(seed, "sheets"), _other(seed)
    yield _case("page_in_two_photos", base, registered(base), lambda: _photos(base))
    yield _case("page_in_two_scans", base, registered(base), lambda: _scans(base, overlap=1)[::-1])
    torn = Expectation(decision="review", codes=frozenset({"field.doubtful"}), fields=(values_of(base),))
    yield _case("page_torn_in_a_row", base, torn, lambda: _scans(base, into=0.5))
    unclear = Expectation(decision="review", codes=frozenset({"form.deviates"}), anything=True, cases=2)
    yield _case("halves_of_two_pages", base, unclear, lambda: [*_scans(base), *_scans(other, name="乙")])
    yield _case("half_beside_a_page", base, unclear, lambda: [_scans(base)[0], docx_form(other)])
    yield _case("two_sheets_in_one_photo", base, registered(base, other), lambda: [_two_sheets(base, other)])


def _other(seed: int) -> FilingTruth:
    """Another account of the same company."""
    name = "三河招聘通"
    return printed(seed, "sheets").evolve(
        account_name=name, account_name_written=name, follower_count=7793, follower_written="7793"
    )


def _photos(filing: FilingTruth) -> list[Enclosure]:
    """Two photos of a page, one row on both."""
    upper, lower = (
        channels.photo(half, filing.seed, f"part {at}") for at, half in enumerate(halves(filing, _OPENED, overlap=1))
    )
    return [picture_file(upper, "IMG_0412.jpg"), picture_file(lower, "IMG_0413.jpg")]


def _scans(filing: FilingTruth, *, into: float = 0.0, overlap: int = 0, name: str = "") -> list[Enclosure]:
    """Two scans of a page, cut where a row begins or that far into it, with as many rows on both as `overlap` says."""
    upper, lower = (
        channels.scan(half, filing.seed, f"half {name}{at}")
        for at, half in enumerate(halves(filing, _OPENED, into=into, overlap=overlap))
    )
    return [picture_file(upper, f"{name}上.jpg"), picture_file(lower, f"{name}下.jpg")]


def _two_sheets(*filings: FilingTruth) -> Enclosure:
    """A photo of sheets beside each other, the left one lower."""
    sheets = side_by_side([form_image(filing) for filing in filings], range(90, 0, -60))
    return picture_file(channels.photo(sheets, filings[0].seed, "two sheets"), "两份登记表.jpg")


def _case(name: str, filing: FilingTruth, expect: Expectation, forms: Callable[[], Sequence[Enclosure]]) -> Case:
    def recipe() -> tuple[SampleMail, ...]:
        return (filing_mail(name, filing, [*forms(), *usual_papers(filing)]),)

    return Case(name=name, wording="", expect=(expect,), recipe=recipe)
