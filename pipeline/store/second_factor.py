"""TOTP (RFC 6238): six digits, steps of 30 seconds, one step of tolerance either way, no code twice."""

from __future__ import annotations

import hmac
import re
from datetime import datetime
from typing import Final

_STEP_SECONDS: Final = 30
_ISSUER: Final = "beian"
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)


def make_secret() -> str:
    """A new secret of 160 bits, in Base32."""
    import pyotp

    return pyotp.random_base32()


def enrolment_uri(secret: str, login: str) -> str:
    """What an authenticator takes in as a QR code; it holds the secret."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def find_step(secret: str, code: str, at: datetime, *, after: int | None) -> int | None:
    """The time step the code belongs to, None if it is wrong or not later than the step last used."""
    import pyotp

    typed = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(typed):
        return None
    now = int(at.timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), typed)]
    return next((step for step in steps if after is None or step > after), None)
