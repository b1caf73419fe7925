"""What the clauses demand of a verdict, and where they leave room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.domain.decision import Decision, Verdict
from pipeline.domain.finding import SEVERITIES, Severity

BLOCKING = frozenset(code for code, severity in SEVERITIES.items() if severity is Severity.BLOCK)


@dataclass(frozen=True)
class Ruling:
    """Blocking codes that must be there, those that may, and groups of which one must be there. All others must not."""

    must: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    one_of: frozenset[frozenset[str]] = frozenset()

    def __and__(self, other: Ruling) -> Ruling:
        """Both apply."""
        return Ruling(self.must | other.must, self.either | other.either, self.one_of | other.one_of)

    @property
    def allowed(self) -> frozenset[str]:
        return self.must.union(self.either, *self.one_of)


NO_FAULT = Ruling()


def must(*codes: str, either: Iterable[str] = ()) -> Ruling:
    return Ruling(must=frozenset(codes), either=frozenset(either))


def may(*codes: str) -> Ruling:
    return Ruling(either=frozenset(codes))


def one_of(*codes: str, either: Iterable[str] = ()) -> Ruling:
    return Ruling(one_of=frozenset({frozenset(codes)}), either=frozenset(either))


def whichever(rulings: Iterable[Ruling]) -> Ruling:
    """One of these applies and nobody can say which: what all demand is demanded, the rest is left open."""
    options = list(rulings)
    certain = frozenset.intersection(*(option.must for option in options))
    groups = frozenset.intersection(*(option.one_of for option in options))
    return Ruling(certain, frozenset().union(*(option.allowed for option in options)), groups)


@dataclass(frozen=True)
class Expected:
    """A whole answer. Sets list what is allowed; None allows anything. Days are ISO dates, None among them for no day."""

    ruling: Ruling
    entities: frozenset[str | None]
    offices: frozenset[str | None]
    due: frozenset[str | None] | None

    @property
    def decision(self) -> Decision | None:
        """None where the clauses leave it open."""
        if self.ruling.must or self.ruling.one_of:
            return Decision.REVIEW
        return None if self.ruling.either else Decision.REGISTERED

    def objections(self, verdict: Verdict) -> list[str]:
        """What in the verdict goes against the clauses, as "missing CODE", "unexpected CODE", "entity …" and so on."""
        found = frozenset(item.code for item in verdict.findings if item.blocks)
        ruling = self.ruling
        said = [f"missing {code}" for code in sorted(ruling.must - found)]
        said += ["missing one of " + "/".join(sorted(group)) for group in ruling.one_of if not group & found]
        said += [f"unexpected {code}" for code in sorted(found - ruling.allowed)]
        if self.decision not in (None, verdict.decision):
            said.append(f"decision {verdict.decision.value}")
        entity, due = verdict.entity and verdict.entity.value, verdict.due and verdict.due.isoformat()
        said += [f"entity {entity}"] if entity not in self.entities else []
        said += [f"office {verdict.office}"] if verdict.office not in self.offices else []
        said += [f"due {due}"] if self.due is not None and due not in self.due else []
        return said
