"""What a batch run says of each mail, and the journal that keeps it until the run is complete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.batch.journal import Journal
from pipeline.cases.deciding import Decider
from pipeline.domain.decision import Decision
from pipeline.store.store import Store


class Effect(StrEnum):
    """What deciding a mail anew does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessed:
    """One mail. `before` is None for a mail the ledger does not hold, `after` for one that is not decided yet.

    `reason` says why a decision was kept ("registered", "touched", "joined"), why a new mail has none ("waiting"),
    that a file holds the same mail as an earlier one ("same mail"), or what failed.
    """

    name: str
    before: Decision | None
    after: Decision | None
    effect: Effect
    codes: tuple[str, ...] = ()
    reason: str | None = None
    applied: bool = False

    def to_line(self) -> bytes:
        """Everything but the name, which may be a person's, for the journal."""
        return json.dumps({key: value for key, value in asdict(self).items() if key != "name"}).encode()

    @classmethod
    def from_line(cls, name: str, line: bytes) -> Reprocessed:
        """What `to_line` wrote, about the mail of that name."""
        stored: Mapping[str, Any] = json.loads(line)
        before, after = (Decision(value) if (value := stored[key]) else None for key in ("before", "after"))
        return cls(
            name=name,
            before=before,
            after=after,
            effect=Effect(stored["effect"]),
            codes=tuple(stored["codes"]),
            reason=stored["reason"],
            applied=stored["applied"],
        )


def undecided(name: str, effect: Effect, reason: str) -> Reprocessed:
    """A mail without a decision, and why."""
    return Reprocessed(name=name, before=None, after=None, effect=effect, reason=reason)


def journal_for(data_dir: Path, sources: Iterable[Path], *, store: Store, decider: Decider, apply: bool) -> Journal:
    """The journal of a run over these sources.

    It counts while program, profile and mailboxes are the same; that of a preview also only while
    nothing happened in the store, since a preview must not show what is no longer so.
    """
    named = json.dumps([sorted(str(path.resolve()) for path in sources), apply])
    state = "" if apply else f"{store.events.head().seq} {store.count_kept()}"
    rules = [__version__, decider.profile.model_dump_json(), sorted(decider.mailboxes.items()), state]
    path = data_dir / "reprocess" / f"{_digest(named)[:16]}.txt"
    return Journal(path, _digest(json.dumps(rules)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
