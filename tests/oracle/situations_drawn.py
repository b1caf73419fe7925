"""Hypothesis strategies: whole situations, and what can happen to a filing on its way."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from tests.oracle.filings import COUNTIES, make_card, make_certificate, make_filing
from tests.oracle.situation import Body, Card, Certificate, Ground, Holder, Known, Paper, Situation, complete

FIRST_RECEIPT = datetime.fromisoformat("2018-12-10T00:00:00+08:00")
_DAYS = st.dates(min_value=FIRST_RECEIPT.date().replace(year=2010), max_value=FIRST_RECEIPT.date().replace(year=2020))
_OPENINGS = st.one_of(
    st.none(),
    _DAYS.map(lambda day: day.isoformat()),
    _DAYS.map(lambda day: day.isoformat()[:7]),
    st.sampled_from(["2018-12-01", "2018-12-02", "2018-12-31", "2019-01-01", "2019-01"]),
)
_RECEIPTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: FIRST_RECEIPT + timedelta(minutes=minutes))
_PAPERS = st.builds(Paper, kind=st.sampled_from(Certificate), holder=st.sampled_from(Holder))

#: Anything, faults of every kind included.
any_situation = st.builds(
    Situation,
    body=st.sampled_from(Body),
    certificates=st.lists(_PAPERS, max_size=3).map(tuple),
    card=st.sampled_from(Card),
    admin_is_owner=st.booleans(),
    opened=_OPENINGS,
    received=_RECEIPTS,
    ground=st.sampled_from(Ground),
    county=st.sampled_from(tuple(COUNTIES)),
    mailbox=st.sampled_from((*COUNTIES, "city", None)),
    known=st.sampled_from(Known),
)
#: Filings that are right but perhaps for their dates and their mailbox: many of them register.
nearly_right = st.builds(
    lambda body, opened, received, mailbox: complete(body).but(opened=opened, received=received, mailbox=mailbox),
    st.sampled_from([Body.COMPANY, Body.INDIVIDUAL]),
    _OPENINGS,
    _RECEIPTS,
    st.sampled_from(["sanhe", "city", "xianghe", None]),
)
situations = st.one_of(any_situation, nearly_right)


def heap_of_papers(situation: Situation) -> list[ExtractedPaper]:
    """Papers of everybody the situation knows: its own, other people's and other bodies'."""
    cards = [make_card(situation.but(card=card)) for card in Card]
    bodies = [make_certificate(Paper(kind, holder), situation) for kind in Certificate for holder in Holder]
    return [paper for paper in (*cards, *bodies) if paper is not None]


@st.composite
def filings_with_many_papers(draw: st.DrawFn) -> Filing:
    situation = draw(situations)
    heap = heap_of_papers(situation)
    chosen = draw(st.lists(st.sampled_from(heap), max_size=5))
    return make_filing(situation).model_copy(update={"papers": tuple(chosen)})


def with_doubt(form: ExtractedForm, key: str) -> ExtractedForm:
    """The form with one field read unsurely."""
    fields = (item.model_copy(update={"doubtful": item.doubtful or item.key == key}) for item in form)
    return form.model_copy(update={"fields": tuple(fields)})
