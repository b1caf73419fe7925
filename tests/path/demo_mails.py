"""The checked-in demo mails with the truth beside each, and what in them nobody else may see."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from samples.case import HARMLESS
from samples.sample_set import DATA

MAILS = DATA / "mails"
#: The same filing at the city as the first at the county: by itself a duplicate, in the store one case with it.
JOINED = frozenset({"23-city-duplicate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """One mail and what should become of it.

    `codes` must be found; besides these only `may` and what is harmless may be, unless `anything` is true.
    """

    name: str
    mailbox: str
    received: datetime
    decision: str
    codes: frozenset[str]
    may: frozenset[str]
    anything: bool
    fields: tuple[dict[str, Any], ...]
    content: bytes = field(repr=False)

    @property
    def outcome(self) -> str:
        """What it counts as once the other mails are there; `decision` is what it is by itself."""
        return "registered" if self.name in JOINED else self.decision

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def explains(self, codes: frozenset[str]) -> bool:
        """Whether these are the codes to expect."""
        return self.codes <= codes and (self.anything or codes <= self.codes | self.may | HARMLESS)


def load_demo_mails() -> tuple[DemoMail, ...]:
    """All of them, as the manifest lists them."""
    return tuple(_load(entry) for entry in json.loads((MAILS / "manifest.json").read_text(encoding="utf-8")))


def _load(entry: dict[str, str]) -> DemoMail:
    path = MAILS / entry["file"]
    truth = json.loads(path.with_name(path.name + ".truth.json").read_text(encoding="utf-8"))
    assert {key: truth[key] for key in ("mailbox", "received", "decision")} == {
        key: entry[key] for key in ("mailbox", "received", "decision")
    }
    return DemoMail(
        name=path.name.removesuffix(".eml"),
        mailbox=truth["mailbox"],
        received=datetime.fromisoformat(truth["received"]),
        decision=truth["decision"],
        codes=frozenset(truth["codes"]),
        may=frozenset(truth["may"]),
        anything=truth["anything"],
        fields=tuple(truth["fields"]),
        content=path.read_bytes(),
    )


DEMO_MAILS = load_demo_mails()


def pick(*numbers: int) -> tuple[DemoMail, ...]:
    """The mails with these numbers, in the order given."""
    by_number = {int(mail.name[:2]): mail for mail in DEMO_MAILS}
    return tuple(by_number[number] for number in numbers)
