"""Every address as every role of two offices, against a table."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
import structlog

from pipeline.configuration.logs import configure_logs
from pipeline.domain.life import SetAsideReason
from pipeline.domain.people import Role
from pipeline.profile.schema import Profile
from pipeline.review.refusal import SENTENCES
from pipeline.review.routes import PAGES
from pipeline.store.records import CaseDetail
from pipeline.store.store import Store
from tests.review.cases import four_doubts, hand_in, registered
from tests.review.client import Answer, Client
from tests.review.site import PEOPLE, START, Site

LOGINS: Final = (None, *(login for login, _, _, _ in PEOPLE))
IN, ROLE, NOTHING, LOGIN = "let in", "403", "404", "to the login"
#: Who: nobody, the case's officer and supervisor, another office's two, city, auditor, administrator.
_ALL: Final = (LOGIN, IN, IN, IN, IN, IN, IN, IN)
_PUBLIC: Final = (IN, IN, IN, IN, IN, IN, IN, IN)
_DESKS: Final = (LOGIN, IN, IN, IN, IN, IN, ROLE, ROLE)
_CASE: Final = (LOGIN, IN, IN, NOTHING, NOTHING, IN, ROLE, ROLE)
_REGISTER: Final = (LOGIN, IN, IN, IN, IN, IN, IN, ROLE)
_RECORD: Final = (LOGIN, IN, IN, NOTHING, NOTHING, IN, IN, ROLE)
_OF_RECORD: Final = (LOGIN, IN, IN, NOTHING, NOTHING, IN, ROLE, ROLE)
_EXPORTERS: Final = (LOGIN, ROLE, IN, ROLE, IN, IN, ROLE, ROLE)
_MAILBOXES: Final = (LOGIN, ROLE, IN, ROLE, IN, IN, ROLE, IN)
_AUDITOR: Final = (LOGIN, ROLE, ROLE, ROLE, ROLE, ROLE, IN, ROLE)
_ADMINISTRATOR: Final = (LOGIN, ROLE, ROLE, ROLE, ROLE, ROLE, ROLE, IN)
_SUPERVISORS: Final = (LOGIN, ROLE, IN, ROLE, NOTHING, IN, ROLE, ROLE)
TABLE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("GET", "/login"): _PUBLIC,
    ("POST", "/login"): _PUBLIC,
    ("GET", "/account"): _ALL,
    ("POST", "/account/password"): _ALL,
    ("GET", "/"): _DESKS,
    ("POST", "/search"): _DESKS,
    ("POST", "/views"): _DESKS,
    ("POST", "/views/remove"): _DESKS,
    ("POST", "/next"): _DESKS,
    ("GET", "/case/{case}"): _CASE,
    ("GET", "/case/{case}/page/{file}/{page}"): _CASE,
    ("GET", "/case/{case}/grid/{file}"): _CASE,
    ("GET", "/case/{case}/mail"): _CASE,
    ("POST", "/case/{case}/fields"): _CASE,
    ("POST", "/case/{case}/settle"): _CASE,
    ("POST", "/case/{case}/act"): _CASE,
    ("GET", "/case/{case}/composer"): _CASE,
    ("POST", "/case/{case}/reveal"): _CASE,
    ("POST", "/case/{case}/alive"): _CASE,
    ("POST", "/case/{case}/release"): _CASE,
    ("POST", "/case/{case}/take-over"): _SUPERVISORS,
    ("POST", "/account/totp"): _ALL,
    ("POST", "/account/totp/confirm"): _ALL,
    ("POST", "/account/totp/remove"): _ALL,
    ("GET", "/register"): _REGISTER,
    ("POST", "/register/search"): _REGISTER,
    ("POST", "/register/export"): _EXPORTERS,
    ("GET", "/register/{record}"): _RECORD,
    ("GET", "/register/{record}/{version}"): _RECORD,
    ("GET", "/register/{record}/{version}/page/{file}/{page}"): _RECORD,
    ("GET", "/register/{record}/{version}/grid/{file}"): _RECORD,
    ("GET", "/register/{record}/{version}/mail"): _RECORD,
    ("POST", "/register/{record}/{version}/reveal"): _OF_RECORD,
    ("POST", "/register/{record}/cancel"): _SUPERVISORS,
    ("GET", "/statistics"): _REGISTER,
    ("GET", "/mailboxes"): _MAILBOXES,
    ("GET", "/profile"): _ALL,
    ("GET", "/log"): _AUDITOR,
    ("POST", "/log/check"): _AUDITOR,
    ("GET", "/people"): _ADMINISTRATOR,
    ("POST", "/people"): _ADMINISTRATOR,
    ("GET", "/people/{login}"): _ADMINISTRATOR,
    ("POST", "/people/{login}/role"): _ADMINISTRATOR,
    ("POST", "/people/{login}/disable"): _ADMINISTRATOR,
    ("POST", "/people/{login}/enable"): _ADMINISTRATOR,
    ("POST", "/people/{login}/password"): _ADMINISTRATOR,
    ("POST", "/people/{login}/totp"): _ADMINISTRATOR,
    ("POST", "/people/{login}/totp/confirm"): _ADMINISTRATOR,
    ("POST", "/people/{login}/totp/remove"): _ADMINISTRATOR,
    ("POST", "/logout"): _ALL,
    ("POST", "/case/{case}/split"): _CASE,
    ("POST", "/case/{case}/join"): _CASE,
    ("POST", "/case/{case}/unjoin"): _CASE,
    ("GET", "/recheck"): _DESKS,
    ("GET", "/recheck/{recheck}"): _CASE,
    ("GET", "/recheck/{recheck}/page/{file}/{page}"): _CASE,
    ("GET", "/recheck/{recheck}/grid/{file}"): _CASE,
    ("POST", "/recheck/{recheck}/reveal"): _CASE,
    ("POST", "/recheck/{recheck}/entry"): _CASE,
    ("POST", "/recheck/{recheck}/settle"): _CASE,
}


def _outcome(answer: Answer) -> str:
    if answer.status == 303 and answer.headers["location"].partition("?")[0] == "/login":
        return LOGIN
    if answer.status == 403 and SENTENCES[403] in answer.text:
        return ROLE
    return NOTHING if answer.status == 404 and SENTENCES[404] in answer.text else IN


def found(store: Store, case_id: str) -> CaseDetail:
    case = store.show_case(case_id)
    assert case is not None
    return case


def _drawn(store: Store, profile: Profile) -> str:
    """A record of the same office that is to be entered a second time."""
    case_id = hand_in(store, profile, number=9, account_name="三河夜话")
    store.rechecks.draw(1.0, profile.zone, START)
    city = next(user for user in store.people.list() if user.role is Role.CITY)
    (drawn,) = store.rechecks.waiting(city, None, START)
    assert drawn.case_id == case_id
    return drawn.recheck_id


def test_the_table_has_every_address() -> None:
    assert {(page.method, page.path) for page in PAGES} == set(TABLE)


@pytest.mark.parametrize("login", LOGINS)
def test_every_address_lets_in_whom_the_table_says(
    login: str | None, site: Site, store: Store, profile: Profile
) -> None:
    case_id, recheck_id = four_doubts(store, profile), _drawn(store, profile)
    record = registered(store, profile)
    client = Client(site)
    if login is not None:
        assert client.log_in(login).status == 303
    found: dict[tuple[str, str], str] = {}
    for method, path in TABLE:
        address = path.format(
            case=case_id, recheck=recheck_id, file=1, page=1, record=record.id, version=1, login="shiban"
        )
        if (method, path) in {("POST", "/logout"), ("POST", "/account/password")} and login is not None:
            found[method, path] = IN if login else LOGIN
            continue
        answer = client.get(address) if method == "GET" else client.post(address, {"login": "nobody", "password": "x"})
        assert answer.status < 500, (method, path, answer.text)
        found[method, path] = _outcome(answer)
    assert found == {key: row[LOGINS.index(login)] for key, row in TABLE.items()}


def test_another_offices_case_shows_nowhere(site: Site, store: Store, profile: Profile) -> None:
    case_id = four_doubts(store, profile)
    client = Client(site)
    client.log_in("dachang1")
    for path in ("/", "/?view=all&account=三河晨露生活", f"/?number={case_id[:8]}", "/?view=all&office=sanhe"):
        answer = client.get(path.replace("三河晨露生活", "%E4%B8%89%E6%B2%B3%E6%99%A8%E9%9C%B2%E7%94%9F%E6%B4%BB"))
        assert answer.status == 200
        assert case_id not in answer.text
    assert client.get(f"/case/{case_id[:8]}").status == 404
    assert client.post("/next").headers["location"] == "/?empty=1"
    own = Client(site)
    own.log_in("liumin")
    assert case_id in own.get("/").text
    assert own.get(f"/?number={case_id[:8]}").headers["location"] == f"/case/{case_id}"


def test_another_offices_record_is_not_changed_by_a_case_of_ones_own(
    site: Site, store: Store, profile: Profile
) -> None:
    """Numbers (备案号) count up, and a case of one's own is one mail away: both are at hand for whoever has an account."""
    record = registered(store, profile)
    case_id = hand_in(store, profile, number=2, office="dachang", account_name="大厂夜话")
    client = Client(site)
    client.log_in("dachang1")
    client.get(f"/case/{case_id}")
    officer = site.parts.officer(next(user for user in store.people.list() if user.login == "dachang1"))
    for item in found(store, case_id).open_findings:
        officer.set_aside(case_id, item.code, reason=SetAsideReason.JUDGED, ground="核对无误")
    said = {"action": "conclude", "change_of": record.number, "version": str(found(store, case_id).version)}
    answer = client.post(f"/case/{case_id}/act", said)
    assert (answer.status, found(store, case_id).state) == (422, "review")
    unknown = client.post(f"/case/{case_id}/act", said | {"change_of": "廊新媒备-131003-2018-99999"})
    assert (unknown.status, unknown.text) == (422, answer.text)
    assert [(row.number, row.values["account_name"]) for row in store.list_registry()] == [
        (record.number, record.values["account_name"])
    ]


@pytest.fixture
def logs() -> Iterator[None]:
    """Logs as a command sets them up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs()
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_who_was_turned_away_is_in_the_log(
    logs: None, site: Site, store: Store, profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = four_doubts(store, profile)
    client = Client(site)
    client.log_in("dachang1")
    assert client.get(f"/case/{case_id}").status == 404
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "review.refused" in line]
    said = {key: lines[-1].get(key) for key in ("path", "status", "login", "client")}
    assert said == {"path": "/case/{case}", "status": 404, "login": "dachang1", "client": "127.0.0.1"}
    assert case_id not in json.dumps(lines)


def test_a_page_for_nobody_else(site: Site) -> None:
    client = Client(site)
    for path in ("/nowhere", "/static/../app.py", "/static/none.js"):
        assert client.get(path).status == 404
