"""The JSON that outsiders rely on, written down from the contract and not from the code.

Each `check_…` takes an object apart and fails with its place and what is wrong there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORM_KEYS = _words(
    "number account_name account_type account_type_other account_subject address description opened_on "
    "follower_count owner_name owner_id_number owner_wechat owner_phone admin_name admin_phone admin_wechat "
    "signed"
)
#: Keys that other cities' forms have.
ADDED_FORM_KEYS = _words("legal_representative approval_number first_posted_on")
_LICENCE_KEYS = _words("credit_code name legal_representative address established_on valid_until")
PAPER_KEYS = {
    "business_licence": _LICENCE_KEYS,
    "organisation_code_certificate": _words("organisation_code name address valid_until"),
    "id_card": _words("name id_number address side valid_until"),
    "other_certificate": _LICENCE_KEYS,
}
KINDS = frozenset({"form", *PAPER_KEYS, "mixed", "other"})
#: The codes of the table, and those that were added since.
CODES = {
    "block": _words(
        "form.missing form.unreadable form.deviates field.missing field.doubtful field.invalid field.legacy "
        "field.unverifiable field.multiple type.none type.multiple entity.unclear entity.materials_unspecified "
        "material.missing material.unreadable match.subject match.owner match.admin operator.unclear "
        "date.implausible date.imprecise deadline.late deadline.ambiguous office.mismatch scope.unclear "
        "attachment.unreadable attachment.unsupported attachment.remote attachment.rejected "
        "submission.duplicate submission.change match.code match.representative submission.annual_review"
    ),
    "note": _words(
        "form.unsigned type.outside_notice material.one_side material.expired submission.automatic "
        "field.approximate field.unusual scope.below_threshold submission.subject submission.related"
    ),
}
_WHOLE_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_CHINESE = re.compile("[一-鿿]")


def check_document(view: Any) -> None:
    """One line of `beian extract --json`."""
    _keys(view, "file kind engine seconds problems forms papers", "document", added="others")
    _is(view["file"], str, "file")
    assert view["kind"] in KINDS, view["kind"]
    _is(view["engine"], str, "engine")
    assert view["seconds"] is None or (isinstance(view["seconds"], int | float) and view["seconds"] >= 0)
    _each(view["problems"], check_finding, "problems")
    _each(view["forms"], check_form, "forms")
    _each(view["papers"], check_paper, "papers")
    _each(view["others"], _check_other, "others")
    kinds = {paper["kind"] for paper in view["papers"]} | ({"form"} if view["forms"] else set())
    assert view["kind"] == ("other" if not kinds else "mixed" if len(kinds) > 1 else kinds.pop())


def check_mail(view: Any) -> None:
    """One line of `beian check --json`."""
    _keys(view, "file mailbox received decision cases findings", "mail")
    _is(view["file"], str, "file")
    _is(view["mailbox"], str, "mailbox")
    received = datetime.fromisoformat(view["received"])
    assert received.tzinfo is not None and received.microsecond == 0, view["received"]
    _each(view["cases"], _check_case, "cases")
    _each(view["findings"], check_finding, "findings")
    blocked = _blocks(view["findings"])
    for case in view["cases"]:
        assert case["decision"] == ("review" if blocked or _blocks(case["findings"]) else "registered")
    held = blocked or any(case["decision"] == "review" for case in view["cases"])
    assert view["decision"] == ("review" if held else "registered" if view["cases"] else "ignored")


def _check_other(other: Any, place: str) -> None:
    _keys(other, "page looks_like", place)
    assert other["page"] is None or (type(other["page"]) is int and other["page"] >= 1), place
    assert _CHINESE.search(other["looks_like"]), place


def _check_case(case: Any, place: str) -> None:
    _keys(
        case, "decision entity office fields papers findings due", place, added="entity_reasons scope_reasons form_file"
    )
    assert case["entity"] in ("company", "individual", "organisation", None), place
    assert case["office"] is None or re.fullmatch("[a-z]+", case["office"]), place
    assert case["due"] is None or date.fromisoformat(case["due"]), place
    _fields(case["fields"], FORM_KEYS | ADDED_FORM_KEYS, f"{place}.fields")
    _each(case["papers"], check_paper, f"{place}.papers")
    _each(case["findings"], check_finding, f"{place}.findings")


def check_finding(finding: Any, place: str) -> None:
    """A finding of a known code with its severity, and a sentence without a whole ID number."""
    _keys(finding, "code severity field detail", place, added="clause remedy")
    assert finding["code"] in CODES.get(finding["severity"], ()), (place, finding["code"], finding["severity"])
    assert finding["field"] is None or isinstance(finding["field"], str), place
    assert _CHINESE.search(finding["detail"]) and "\n" not in finding["detail"], place
    assert not _WHOLE_ID.search(finding["detail"]), place


def check_form(form: Any, place: str) -> None:
    """A form with fields of the form's keys."""
    _keys(form, "profile pages fields", place)
    assert form["profile"] == "langfang-2018", place
    _pages(form["pages"], place)
    _fields(form["fields"], FORM_KEYS | ADDED_FORM_KEYS, f"{place}.fields")
    values = {key: field["value"] for key, field in form["fields"].items()}
    assert values.get("account_type") in ("wechat", "app", "other", None), place
    assert values.get("signed") in (True, False, None), place
    count = values.get("follower_count")
    assert count is None or (type(count) is int and count >= 0), place
    assert values.get("opened_on") is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", values["opened_on"]), place


def check_paper(paper: Any, place: str) -> None:
    """A paper with fields of its kind's keys."""
    _keys(_without_file(paper, place), "kind pages fields", place, added="title")
    _pages(paper["pages"], place)
    _fields(paper["fields"], PAPER_KEYS[paper["kind"]], f"{place}.fields")
    values = {key: field["value"] for key, field in paper["fields"].items()}
    for key in ("established_on", "valid_until"):
        assert values.get(key) in (None, "长期") or date.fromisoformat(values[key]), (place, key)
    if paper["kind"] == "id_card":
        assert values.get("side") in ("front", "back", "both", None), place


def _fields(fields: Any, known: Collection[str], place: str) -> None:
    assert set(fields) <= set(known), (place, set(fields) - set(known))
    for key, field in fields.items():
        _check_field(field, f"{place}.{key}")


def _check_field(field: Any, place: str) -> None:
    _keys(field, "value raw confidence doubtful source", place, added="reader")
    assert field["value"] is None or isinstance(field["value"], str | int | bool), place
    assert field["value"] != "", place
    _is(field["raw"], str, place)
    confidence = field["confidence"]
    assert confidence is None or (type(confidence) in (int, float) and 0 <= confidence <= 1), place
    _is(field["doubtful"], bool, place)
    _check_source(field["source"], place)
    assert field["source"] is not None or (field["value"] is None and not field["raw"]), place


def _check_source(source: Any, place: str) -> None:
    if source is None:
        return
    if "page" in source:
        _keys(_without_file(source, place), "page box", place)
        assert type(source["page"]) is int and source["page"] >= 1, place
        x0, y0, x1, y1 = source["box"]
        assert 0 <= x0 <= x1 <= 1 and 0 <= y0 <= y1 <= 1, (place, source["box"])
    else:
        _keys(_without_file(source, place), "table row column", place)
        assert all(type(source[key]) is int and source[key] >= 0 for key in source), place


def _pages(pages: Any, place: str) -> None:
    assert isinstance(pages, list) and pages, place
    assert all(type(page) is int and page >= 1 for page in pages), (place, pages)


def _blocks(findings: list[Mapping[str, str]]) -> bool:
    return any(finding["severity"] == "block" for finding in findings)


def _without_file(view: Any, place: str) -> Any:
    """The number of the mail's file, which `check` adds, taken off."""
    if not isinstance(view, dict) or "file" not in view:
        return view
    assert type(view["file"]) is int and view["file"] >= 1, place
    return {key: value for key, value in view.items() if key != "file"}


def _keys(view: Any, names: str, place: str, *, added: str = "") -> None:
    """Exactly the contract's keys, and those that were added since."""
    assert isinstance(view, dict), place
    assert set(view) == {*names.split(), *added.split()}, (place, sorted(view))


def _is(value: Any, kind: type, place: str) -> None:
    assert type(value) is kind, (place, value)


def _each(items: Any, check: Any, place: str) -> None:
    assert isinstance(items, list), place
    for number, item in enumerate(items):
        check(item, f"{place}[{number}]")
