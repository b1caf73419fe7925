"""The register (台账): search, filters that stay in the address, and the way into a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from starlette.responses import RedirectResponse, Response

from pipeline.domain.decision import Entity
from pipeline.domain.life import RecordState
from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.people import is_visible, visible_offices
from pipeline.profile.form import FieldKind
from pipeline.reports.register_files import scope_words
from pipeline.review.call import Call
from pipeline.review.own_office import offices_to_choose
from pipeline.review.register_filter import RegisterFilter, read_register_filter
from pipeline.review.rendering import page
from pipeline.store.register_records import RegisterOrder, RegisterScope, RegistryRow
from pipeline.store.register_search import RegisterPage
from pipeline.wording import RECORD_STATES

PAGE_ROWS: Final = 50
_EMPTY: Final = RegisterPage(rows=(), behind=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One record in words."""

    address: str
    number: str
    account: str = field(repr=False)
    subject: str = field(repr=False)
    office: str
    kind: str
    entity: str
    registered_on: str
    state: str
    is_active: bool


def show_register(call: Call) -> Response:
    """The list, the newest first. A 备案号 leads straight to its record."""
    wanted = read_register_filter(call.query)
    if wanted.number and (record_id := _find_number(call, wanted.number)):
        return RedirectResponse(f"/register/{record_id}", status_code=303)
    return register_page(call, wanted)


def search_register(call: Call) -> Response:
    """A search for an ID number: the number stays here, its name goes into the address."""
    number = call.form.get("owner_id").strip()
    if not number or call.session is None:
        return RedirectResponse("/register", status_code=303)
    name = call.parts.searches.keep(call.session.csrf, number)
    return RedirectResponse(RegisterFilter(found=name).address(), status_code=303)


def register_page(call: Call, wanted: RegisterFilter, *, status: int = 200, export_problem: str = "") -> Response:
    """The page of those filters; `export_problem` says beside the export why there was none."""
    owner_id = searched_id(call, wanted)
    before = call.query.number("before") if call.query.get("before") else None
    found = _EMPTY
    if owner_id is not None and not wanted.problem:
        scope = scope_of(call, wanted, owner_id)
        found = call.parts.store.search_register(scope, limit=PAGE_ROWS, before=before)
    return page(
        "register.html",
        call,
        status=status,
        active="register",
        rows=[_row(call, row) for row in found.rows],
        filter=wanted,
        next=wanted.address(before=str(found.behind)) if found.behind is not None else "",
        first=wanted.address() if before is not None else "",
        offices=offices_to_choose(call),
        kinds=_kinds(call),
        entities={item.value: call.parts.wording.entity(item) for item in Entity},
        states=RECORD_STATES,
        narrowed=scope_words(scope_of(call, wanted, owner_id or ""), call.parts.wording),
        forgotten=owner_id is None,
        export_problem=export_problem,
    )


def _find_number(call: Call, number: str) -> int | None:
    found = call.parts.store.show_record(number)
    if found is None or not is_visible(visible_offices(call.user, call.parts.office_keys), found.record.office):
        return None
    return found.record.id


def searched_id(call: Call, wanted: RegisterFilter) -> str | None:
    """The ID number a search is for: "" for none, None for one that is forgotten."""
    if call.session is None or not wanted.found:
        return ""
    return call.parts.searches.find(call.session.csrf, wanted.found)


def scope_of(call: Call, wanted: RegisterFilter, owner_id: str) -> RegisterScope:
    """What those filters ask for, of what whoever asks may see: of the list and of the export alike."""
    offices = visible_offices(call.user, call.parts.office_keys)
    return RegisterScope(
        offices=offices,
        office=wanted.office or None if offices is None else None,
        first=wanted.first,
        last=wanted.last,
        state=RecordState(wanted.state) if wanted.state else None,
        entity=Entity(wanted.entity) if wanted.entity else None,
        account_type=wanted.kind or None,
        account=wanted.account,
        subject=wanted.subject,
        owner_id=owner_id,
        number=wanted.number,
        order=RegisterOrder.NUMBER,
    )


def _row(call: Call, row: RegistryRow) -> RegisterRow:
    wording = call.parts.wording
    return RegisterRow(
        address=f"/register/{row.id}",
        number=row.number,
        account=mask_identity_numbers(row.values.get("account_name", "")),
        subject=mask_identity_numbers(row.values.get("account_subject", "")),
        office=wording.office(row.office),
        kind=wording.account_type(row.values.get("account_type"), row.values.get("account_type_other")),
        entity=wording.entity(row.entity),
        registered_on=row.registered_on.isoformat(),
        state=RECORD_STATES.get(row.state, row.state),
        is_active=row.state == RecordState.ACTIVE,
    )


def _kinds(call: Call) -> dict[str, str]:
    """The account types of the city's form."""
    choices = (item for item in call.parts.profile.form.fields if item.kind is FieldKind.CHOICE)
    return {option.value: option.labels[0] for item in choices for option in item.options if option.labels}
