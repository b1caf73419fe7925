"""What makes two filings the same account, and the keyed hashes by which they are found."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.document import ExtractedForm
from pipeline.domain.spelling import normalise, squash
from pipeline.store.cipher import Cipher


@dataclass(frozen=True, slots=True, kw_only=True)
class FormIndex:
    """The look-up values of a form; None where the form says nothing."""

    account: bytes | None = None
    subject: bytes | None = None
    owner_id: bytes | None = None


def index_form(form: ExtractedForm | None, cipher: Cipher) -> FormIndex:
    """The look-up values of a form, none for a filing without one."""
    if form is None:
        return FormIndex()
    return FormIndex(
        account=index_account(form, cipher),
        subject=index_subject(form.text("account_subject"), cipher),
        owner_id=index_owner_id(form.text("owner_id_number"), cipher),
    )


def index_subject(name: str, cipher: Cipher) -> bytes | None:
    """The look-up value of an account's subject by its name, however spelt; None for no name."""
    folded = _folded(name)
    return cipher.index("subject", folded) if folded else None


def index_owner_id(number: str, cipher: Cipher) -> bytes | None:
    """The look-up value of an owner's ID number; None for none."""
    folded = _folded(number)
    return cipher.index("owner id", folded) if folded else None


def index_account(form: ExtractedForm, cipher: Cipher) -> bytes | None:
    """The account's look-up value: its name without blanks, punctuation, width and case, and its type."""
    name = form.text("account_name")
    return index_named_account(name, form.text("account_type"), cipher) if _folded(name) else None


def index_named_account(name: str, account_type: str, cipher: Cipher) -> bytes:
    """The look-up value of an account by its name, however spelt, and the key of its type ("" for none)."""
    return cipher.index("account", _folded(name), account_type)


def _folded(text: str) -> str:
    """Squashed and without case; a name of nothing but punctuation counts as it stands."""
    return (squash(text) or normalise(text)).casefold()
