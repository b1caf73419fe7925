"""What a paper says: licence, organisation-code certificate, ID card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Value = str | int | bool | None
#: What a paper without an end to its validity says, and what is read from it.
UNLIMITED = "长期"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceTruth:
    """A business licence (营业执照), or a certificate of the same content. `valid_until` None: without end (长期).

    A certificate prints the day of its foundation only as the beginning of its validity.
    """

    title: str
    credit_code: str
    name: str
    kind: str
    legal_representative: str
    capital: str
    scope: str
    address: str
    established_on: date
    valid_until: date | None

    @property
    def expected(self) -> dict[str, Value]:
        """Values by the licence's keys, of those that are printed."""
        founded = {"established_on": self.established_on.isoformat()} if self.title == "营业执照" else {}
        return {
            "credit_code": self.credit_code,
            "name": self.name,
            "legal_representative": self.legal_representative,
            "address": self.address,
            **founded,
            "valid_until": self.valid_until.isoformat() if self.valid_until else UNLIMITED,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationCodeTruth:
    """An organisation-code certificate (组织机构代码证); the code is printed with a hyphen before its check digit."""

    organisation_code: str
    name: str
    kind: str
    address: str
    valid_from: date
    valid_until: date

    @property
    def expected(self) -> dict[str, Value]:
        """Values by the certificate's keys."""
        return {
            "organisation_code": self.organisation_code,
            "name": self.name,
            "address": self.address,
            "valid_until": self.valid_until.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IdCardTruth:
    """A resident's ID card. `valid_until` None: 长期."""

    name: str
    id_number: str
    nation: str
    address: str
    authority: str
    valid_from: date
    valid_until: date | None

    @property
    def born(self) -> date:
        return date(int(self.id_number[6:10]), int(self.id_number[10:12]), int(self.id_number[12:14]))

    @property
    def female(self) -> bool:
        return int(self.id_number[16]) % 2 == 0

    def expected(self, side: str = "both") -> dict[str, Value]:
        """Values by the card's keys for what `side` shows ("front", "back", "both")."""
        front: dict[str, Value] = {"name": self.name, "id_number": self.id_number, "address": self.address}
        end = self.valid_until.isoformat() if self.valid_until else UNLIMITED
        values: dict[str, Value] = {} if side == "back" else front
        return {**values, "side": side, **({} if side == "front" else {"valid_until": end})}
