"""How a provider changes commands and answers; no connections here."""

from __future__ import annotations

import re
from typing import Final

from tests.imap.plan import UNSAFE, WELL_FORMED_ID, Plan, Provider, Refusal, TextSearch

Response = list[bytes]
_SET: Final = re.compile(rb"(\S+ UID (?:FETCH|SEARCH UID) )([0-9:,*]+)( .*)?", re.DOTALL | re.IGNORECASE)
_ROW_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_TEXT_KEYS: Final = re.compile(rb"\b(FROM|TO|CC|SUBJECT|BODY|TEXT|HEADER)\b", re.IGNORECASE)


def answer_for(line: bytes, plan: Plan, *, identified: bool) -> bytes | None:
    """What the provider says itself, None where the server behind it answers."""
    tag, word = line.split()[0], line.split()[1].upper()
    provider = plan.provider
    if word == b"ID" and not WELL_FORMED_ID.fullmatch(line):
        return tag + b" BAD invalid command or parameters\r\n"
    if word == b"AUTHENTICATE" and provider.capabilities is not None:
        return tag + b" NO AUTHENTICATE failed, use LOGIN\r\n"
    if word in (b"SELECT", b"EXAMINE", b"STATUS") and (plan.locked or (provider.id_gate and not identified)):
        return b"%s NO %s %s\r\n" % (tag, word, UNSAFE)
    if word == b"UID":
        return _text_search(line, tag, provider) or _set_refused(line, tag, provider) or _mail_refused(line, tag, plan)
    return None


def _text_search(line: bytes, tag: bytes, provider: Provider) -> bytes | None:
    searches = b" SEARCH " in line.upper() and _TEXT_KEYS.search(line)
    nothing = provider.text_search is TextSearch.NOTHING
    return b"* SEARCH\r\n" + tag + b" OK SEARCH completed\r\n" if searches and nothing else None


def _set_refused(line: bytes, tag: bytes, provider: Provider) -> bytes | None:
    uids = [] if b"*" in line else uids_of(line)
    if provider.ascending_sets_only and uids != sorted(uids):
        return tag + b" BAD UID set must ascend\r\n"
    if provider.largest_set is not None and len(uids) > provider.largest_set:
        return tag + b" BAD too many messages\r\n"
    return None


def _mail_refused(line: bytes, tag: bytes, plan: Plan) -> bytes | None:
    uids = uids_of(line) if b"BODY" in line and b"*" not in line else []
    refusal = plan.refusals.get(uids[0] - plan.provider.uid_offset) if len(uids) == 1 else None
    done = tag + b" OK FETCH completed\r\n"
    if refusal is Refusal.BUSY:
        return tag + b" NO FETCH System busy, try again later\r\n"
    if refusal is Refusal.NOTHING:
        return done
    if refusal is None:
        return None
    body = b"NIL" if refusal is Refusal.NIL else b"{0}\r\n"
    return b"* 1 FETCH (UID %d BODY[] %s)\r\n" % (uids[0], body) + done


def uids_of(line: bytes) -> list[int]:
    """The UIDs a UID FETCH asks for, in its order, as the client knows them."""
    found = _SET.fullmatch(line)
    if found is None:
        return []
    ends = [tuple(map(int, part.split(b":"))) for part in found[2].split(b",")]
    return [uid for part in ends for uid in range(part[0], part[-1] + 1)]


def to_server(line: bytes, provider: Provider) -> bytes:
    """The command with Dovecot's UIDs."""
    found = _SET.fullmatch(line)
    if found is None or not provider.uid_offset:
        return line if provider.text_search is not TextSearch.EVERYTHING else _without_text(line)
    shifted = re.sub(rb"\d{6,}", lambda uid: b"%d" % max(1, int(uid[0]) - provider.uid_offset), found[2])
    return found[1] + shifted + (found[3] or b"")


def _without_text(line: bytes) -> bytes:
    searches = b" SEARCH " in line.upper() and _TEXT_KEYS.search(line)
    return line.split()[0] + b" UID SEARCH ALL\r\n" if searches else line


def wavering(response: Response, plan: Plan, number: int) -> Response:
    """A response as the connection of that number gets it from a provider that wavers."""
    if plan.wavering_sizes:
        more = number % (plan.wavering_sizes + 1)
        response = [_SIZE.sub(lambda size: b"RFC822.SIZE %d" % (int(size[1]) + more), response[0]), *response[1:]]
    if plan.wavering_bodies and len(response) > 1 and b"BODY[] {" in response[0]:
        body = b"X-Session: %d\r\n" % number + response[1]
        opening = response[0][: response[0].rindex(b"{")] + b"{%d}\r\n" % len(body)
        return [opening, body, *response[2:]]
    return response


def changed(line: bytes, response: Response, plan: Plan) -> Response | None:
    """A response as the provider words it, None for one it leaves out."""
    first, provider = response[0], plan.provider
    upper = first.upper()
    if upper.startswith(b"* CAPABILITY") and provider.capabilities is not None:
        return [b"* CAPABILITY " + provider.capabilities + b"\r\n"]
    if upper.startswith(b"* SEARCH"):
        return [_search(first, plan)]
    if upper.startswith(b"* ") and b" FETCH " in upper:
        return _row(response, plan)
    if upper.rstrip().endswith(b" EXISTS") and plan.hidden:
        return [b"* %d EXISTS\r\n" % (int(first.split()[1]) - len(plan.hidden))]
    return _told_of_folder(first, provider)


def _search(first: bytes, plan: Plan) -> bytes:
    found = {int(word) for word in first.split()[2:]} - plan.hidden - plan.unsearched | plan.invented
    return b" ".join([b"* SEARCH", *(b"%d" % (uid + plan.provider.uid_offset) for uid in sorted(found))]) + b"\r\n"


def _row(response: Response, plan: Plan) -> Response | None:
    given = _ROW_UID.search(response[0])
    if given is None:
        return response
    if int(given[1]) in plan.hidden:
        return None
    uid = b"UID %d" % (int(given[1]) + plan.provider.uid_offset)
    return [response[0][: given.start()] + uid + response[0][given.end() :], *response[1:]]


def _told_of_folder(first: bytes, provider: Provider) -> Response | None:
    if b"[UIDNEXT" in first and provider.hides_uidnext:
        return None
    if b"[UIDVALIDITY" in first:
        if provider.hides_uidvalidity:
            return None
        if provider.uidvalidity is not None:
            return [b"* OK [UIDVALIDITY %d] UIDs valid\r\n" % provider.uidvalidity]
    if b"[PERMANENTFLAGS" in first and provider.permanent_flags is not None:
        return [b"* OK [PERMANENTFLAGS " + provider.permanent_flags + b"] Limited\r\n"]
    if b"[CAPABILITY" in first and provider.capabilities is not None:
        return [re.sub(rb"\[CAPABILITY [^\]]*\] ", b"", first)]
    return [first]
