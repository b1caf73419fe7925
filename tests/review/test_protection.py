"""What no officer's browser sends: forged forms, floods, stolen or old sessions; and what every answer carries."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from pipeline.profile.schema import Profile
from pipeline.review.protection import HEADERS, ProtectingHeaders, comes_from_here, cookie_name
from pipeline.review.serving import Address, ServingError, make_server
from pipeline.store.store import Store
from tests.review.cases import hand_in
from tests.review.client import Client
from tests.review.site import PASSWORD, START, Site
from tests.validate.builders import OWNER_ID, doubtful


@pytest.fixture
def client(site: Site) -> Client:
    made = Client(site)
    assert made.log_in("liumin").status == 303
    return made


def test_every_answer_carries_the_headers(client: Client) -> None:
    for path in ("/", "/login", "/nowhere", "/case/x", "/static/base.css", "/static/none.css"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers.get(name.lower()) == value, (path, name)
        assert "server" not in answer.headers
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_over_https_the_browser_is_told_to_stay_there() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("x")(scope, receive, send)

    async def headers(scheme: str) -> dict[bytes, bytes]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        await ProtectingHeaders(app)({"type": "http", "scheme": scheme}, receive, send)
        return dict(sent[0]["headers"])

    with ThreadPoolExecutor(1) as apart:  # in this thread the browser's driver has a loop of its own
        over_https, over_http = (apart.submit(asyncio.run, headers(scheme)).result() for scheme in ("https", "http"))
    assert over_https[b"strict-transport-security"] == b"max-age=31536000; includeSubDomains"
    assert b"strict-transport-security" not in over_http


def test_whoever_is_turned_away_stands_in_the_servers_log(
    client: Client, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓彤"))
    other = Client(site)
    other.log_in("dachang1")
    with capture_logs() as lines:
        assert other.get(f"/case/{case_id}").status == 404
        assert client.get("/people").status == 403
        assert client.get("/").status == 200
    refused = [line for line in lines if line["event"] == "review.refused"]
    said = [(line["login"], line["path"], line["status"]) for line in refused]
    assert said == [("dachang1", "/case/{case}", 404), ("liumin", "/people", 403)]
    assert case_id not in str(lines)


def test_the_cookie_is_the_browsers_alone(site: Site) -> None:
    client = Client(site)
    cookie = client.post("/login", {"login": "liumin", "password": PASSWORD}).headers["set-cookie"].lower()
    assert cookie.startswith("beian=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert cookie_name("https", "x.gov.cn") == "__Host-beian"
    assert cookie_name("http", "x.gov.cn") is None
    assert client.post("/login", {"login": "liumin", "password": PASSWORD}, Host="x.gov.cn").status == 403


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://here:1", "host": "here:1"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://here:1", "host": "here:1"}, True),
        ({"origin": "http://here:2", "host": "here:1"}, False),
        ({"origin": "https://here:1", "host": "here:1"}, False),
        ({"origin": "null", "host": "here:1"}, False),
        ({"host": "here:1"}, False),
        ({}, False),
    ],
)
def test_a_form_comes_from_these_pages_or_is_refused(headers: dict[str, str], allowed: bool) -> None:
    assert comes_from_here(headers, "http") is allowed


def test_a_forged_form_is_refused(client: Client, site: Site) -> None:
    assert client.post("/next", Sec_Fetch_Site="").status == 403
    assert client.post("/next", Sec_Fetch_Site="cross-site").status == 403
    assert client.post("/next", Sec_Fetch_Site="", Origin=site.url).status == 303
    assert client.post("/next", {"csrf": "0" * 64}).status == 403
    assert client.post("/next", {"csrf": ""}).status == 403
    assert client.get("/next").status == 405
    other = Client(site)
    other.log_in("wangke")
    assert client.post("/next", {"csrf": other.csrf}).status == 403


def test_too_much_and_the_wrong_kind_is_refused(client: Client) -> None:
    assert client.post("/next", body=b"a=" + b"x" * 300_000).status == 413
    assert client.post("/next", body=b"&".join(b"a=1" for _ in range(2000))).status == 413
    assert client.post("/next", Content_Type="application/json").status == 415
    assert client.post("/next", Content_Type="multipart/form-data; boundary=x").status == 415
    assert client.get(f"/?account={'%E4' * 900}&after=x_y_z&stage=zzz&code=;--").status == 200
    assert client.get("/?number=%00%27&found=zzzz").status == 200


@pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)
def test_a_session_ends_when_it_is_closed_idle_old_or_its_account_shut(client: Client, site: Site) -> None:
    stolen = Client(site, cookie=client.cookie, csrf=client.csrf)
    assert stolen.get("/account").status == 200
    assert client.post("/logout").status == 303
    assert stolen.get("/account").headers["location"] == "/login?to=%2Faccount"
    idle = Client(site)
    idle.log_in("liumin")
    site.clock.ahead += timedelta(minutes=31)
    assert idle.get("/account").status == 303
    shut = Client(site)
    shut.log_in("liumin")
    site.store.people.disable("liumin", actor="guanli", at=site.clock())
    assert shut.get("/account").status == 303
    assert Client(site).log_in("liumin").status == 401


def test_a_wrong_password_says_nothing_and_many_are_slowed_down(site: Site) -> None:
    client = Client(site)
    unknown, wrong = client.log_in("nobody", "x" * 12), client.log_in("liumin", "x" * 12)
    assert (unknown.status, wrong.status) == (401, 401)
    assert unknown.text.replace("nobody", "") == wrong.text.replace("liumin", "")
    statuses = {client.log_in("liumin", "y" * 12).status for _ in range(12)}
    assert 429 in statuses


def test_ones_own_password_needs_the_old_one(client: Client, site: Site) -> None:
    new = "another horse 电池 9"
    assert client.post("/account/password", {"old": "x", "new": new, "again": new}).status == 422
    assert client.post("/account/password", {"old": PASSWORD, "new": new, "again": "y"}).status == 422
    assert client.post("/account/password", {"old": PASSWORD, "new": "short", "again": "short"}).status == 422
    assert client.post("/account/password", {"old": PASSWORD, "new": new, "again": new}).status == 303
    assert client.get("/account").status == 303
    assert Client(site).log_in("liumin").status == 401
    assert Client(site).log_in("liumin", new).status == 303


def test_an_id_number_is_searched_for_without_standing_in_an_address(
    client: Client, site: Site, store: Store, profile: Profile
) -> None:
    case_id = hand_in(store, profile, number=1, owner_name=doubtful("owner_name", "苏晓彤"))
    answer = client.post("/search", {"owner_id": OWNER_ID.lower()})
    place = answer.headers["location"]
    assert OWNER_ID not in place
    listed = client.get(place)
    assert case_id in listed.text
    assert OWNER_ID not in listed.text
    other = Client(site)
    other.log_in("wangke")
    assert case_id not in other.get(place).text
    assert (
        case_id not in client.get(client.post("/search", {"owner_id": "110101199003070011"}).headers["location"]).text
    )


def test_other_machines_need_https(site: Site) -> None:
    with pytest.raises(ServingError, match="HTTPS"):
        make_server(site.parts, Address(host="0.0.0.0", port=1))
    make_server(site.parts, Address(host="127.0.0.1", port=1))


def test_tls_is_no_older_than_1_2(site: Site, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "beian.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(START).not_valid_after(START + timedelta(days=1))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "c.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "k.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    address = Address(host="0.0.0.0", port=1, certificate=tmp_path / "c.pem", key=tmp_path / "k.pem")
    config = make_server(site.parts, address).config
    config.load()
    assert config.ssl is not None
    assert config.ssl.minimum_version >= ssl.TLSVersion.TLSv1_2
    weak = ("RC4", "3DES", "NULL", "EXPORT", "MD5")
    assert not [item["name"] for item in config.ssl.get_ciphers() if any(word in item["name"] for word in weak)]


def test_a_second_factor_is_asked_for_after_the_password(site: Site) -> None:
    people = site.store.people
    totp = pyotp.parse_uri(people.enrol_totp("liumin", actor="liumin", at=site.clock()))
    people.confirm_totp("liumin", totp.at(site.clock()), actor="liumin", at=site.clock())
    client = Client(site)
    asked = client.log_in("liumin")
    assert asked.status == 200
    assert 'name="code"' in asked.text
    assert client.get("/account").status == 303
    assert client.post("/login", {"login": "liumin", "password": PASSWORD, "code": "000000"}).status == 401
    site.clock.ahead += timedelta(seconds=60)
    code = totp.at(site.clock())
    assert client.post("/login", {"login": "liumin", "password": PASSWORD, "code": code}).status == 303
    assert client.get("/account").status == 200
