"""The queue: what waits for whoever looks, the most urgent first, with filters that stay in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.decision import Entity
from pipeline.domain.finding import TITLES
from pipeline.domain.life import STAGE_NAMES, Stage
from pipeline.domain.people import is_visible, visible_offices
from pipeline.review.call import Call, Entries
from pipeline.review.due import SETTLED, Due, due_of
from pipeline.review.queue_filter import VIEWS, QueueFilter, read_cursor, read_filter, write_cursor
from pipeline.review.rendering import answer, page
from pipeline.store.records import QueueItem, QueueScope
from pipeline.wording import titles

PAGE_ROWS: Final = 50
_CASE_NUMBER: Final = re.compile(r"[0-9A-Fa-f-]{4,36}")
MOST_REASONS: Final = 3
MOST_COUNTED: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One line of the queue, in words."""

    case_id: str
    reference: str
    due: Due
    account: str = field(repr=False)
    subject: str = field(repr=False)
    office: str
    entity: str
    stage: str
    reasons: str
    reason_count: int
    received: str
    holder: str


def show_queue(call: Call) -> Response:
    """The list. A number leads straight to its case."""
    wanted = read_filter(call.query)
    if wanted.number and (case_id := _find_number(call, wanted.number)):
        return RedirectResponse(f"/case/{case_id}", status_code=303)
    items = () if wanted.number or _forgotten(call, wanted) else _items(call, wanted)
    shown, more = items[:PAGE_ROWS], len(items) > PAGE_ROWS
    offices = visible_offices(call.user, call.parts.office_keys)
    return page(
        "queue.html",
        call,
        active="queue",
        rows=_rows(call, shown),
        most_reasons=MOST_REASONS,
        filter=wanted,
        views=VIEWS,
        next=wanted.address(after=write_cursor(shown[-1].cursor)) if more else "",
        first=wanted.address() if call.query.get("after") else "",
        offices=[office for office in call.parts.profile.offices if offices is None or office.key in offices],
        codes=TITLES,
        entities={item.value: call.parts.wording.entity(item) for item in Entity},
        stages={item.value: STAGE_NAMES[item] for item in Stage},
        forgotten=_forgotten(call, wanted),
        counts=_counts(call),
        saved=[
            (view, read_filter(Entries(pairs=tuple(view.pairs.items()))).address())
            for view in call.parts.store.saved_views.of(call.user)
        ],
        kept=wanted.pairs(found="", number=""),
    )


def keep_view(call: Call) -> Response:
    """Keep the filters of the page under a name."""
    wanted = read_filter(call.form)
    pairs = wanted.pairs(found="", number="")
    call.parts.store.saved_views.keep(call.user, call.form.get("name"), pairs, call.now)
    return RedirectResponse(wanted.address(found="", number=""), status_code=303)


def remove_view(call: Call) -> Response:
    """Forget one of one's own views."""
    call.parts.store.saved_views.remove(call.user, call.form.get("saved"))
    return RedirectResponse("/", status_code=303)


def search(call: Call) -> Response:
    """A search for an ID number: the number stays here, its name goes into the address."""
    number = call.form.get("owner_id").strip()
    if not number or call.session is None:
        return RedirectResponse("/", status_code=303)
    name = call.parts.searches.keep(call.session.csrf, number)
    return RedirectResponse(QueueFilter(view="all", found=name).address(), status_code=303)


def claim_next(call: Call) -> Response:
    """The most urgent case nobody works on, for whoever asks; `after` is the case just left, given back if `leave`."""
    offices = visible_offices(call.user, call.parts.office_keys)
    after = call.form.get("after") or None
    if after is not None and call.form.get("leave"):
        call.parts.store.claims.release(after, call.user)
    case_id = call.parts.store.claims.claim_next(call.user, offices, call.now, after=after)
    address = "/?empty=1" if case_id is None else f"/case/{case_id}"
    return answer({"next": address}) if call.wants_json else RedirectResponse(address, status_code=303)


def _find_number(call: Call, number: str) -> str | None:
    """The case of a 受理编号 (or its beginning) or 备案号 that whoever asks may see."""
    store = call.parts.store
    if _CASE_NUMBER.fullmatch(number):
        case = store.show_case(number)
    else:
        record = store.show_record(number)
        case = None if record is None else record.case
    offices = visible_offices(call.user, call.parts.office_keys)
    if case is None or case.state == "superseded" or not is_visible(offices, *case.offices):
        return None
    return case.case_id


def _forgotten(call: Call, wanted: QueueFilter) -> bool:
    return bool(wanted.found) and _searched_id(call, wanted) is None


def _searched_id(call: Call, wanted: QueueFilter) -> str | None:
    return None if call.session is None else call.parts.searches.find(call.session.csrf, wanted.found)


def _counts(call: Call) -> dict[str, str]:
    """How many the views have, counted no further than can be told at a glance; the last one is everything."""
    counted = (view for view in VIEWS if view != "all")
    found = {
        view: call.parts.store.count_cases(_scope(call, QueueFilter(view=view)), most=MOST_COUNTED + 1)
        for view in counted
    }
    return {view: f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count) for view, count in found.items()}


def _items(call: Call, wanted: QueueFilter) -> tuple[QueueItem, ...]:
    after = read_cursor(call.query.get("after"))
    return call.parts.store.search_cases(_scope(call, wanted), limit=PAGE_ROWS + 1, after=after)


def _scope(call: Call, wanted: QueueFilter) -> QueueScope:
    return QueueScope(
        offices=visible_offices(call.user, call.parts.office_keys),
        office=wanted.office or None,
        code=wanted.code or None,
        entity=Entity(wanted.entity) if wanted.entity else None,
        stage=Stage(wanted.stage) if wanted.stage else None,
        holder=call.user.user_id if wanted.view == "mine" else None,
        held_at=call.now,
        done_by=call.user.user_id if wanted.view == "done" else None,
        late_on=call.parts.today if wanted.late else None,
        account=wanted.account,
        subject=wanted.subject,
        owner_id=(_searched_id(call, wanted) or "") if wanted.found else "",
        waiting=wanted.view in ("waiting", "mine"),
    )


def _rows(call: Call, items: tuple[QueueItem, ...]) -> list[QueueRow]:
    held = [item.case_id for item in items if item.held_until is not None and item.held_until > call.now]
    holders = call.parts.store.claims.holders(held, call.now) if held else {}
    names = {case_id: claim.user.name for case_id, claim in holders.items()}
    return [_row(call, item, names.get(item.case_id, "")) for item in items]


def _row(call: Call, item: QueueItem, holder: str) -> QueueRow:
    wording = call.parts.wording
    settled = item.state != "review"
    return QueueRow(
        case_id=item.case_id,
        reference=item.case_id[:8].upper(),
        due=due_of(item.due, call.parts.today) if not settled else SETTLED,
        account=item.account_name,
        subject=item.account_subject,
        office=wording.office(item.office or item.received_office),
        entity=wording.entity(item.entity),
        stage=STAGE_NAMES[item.stage],
        reasons=titles(item.codes[:MOST_REASONS]),
        reason_count=len(item.codes),
        received=wording.moment(item.received),
        holder=holder,
    )
