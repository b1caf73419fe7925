"""What makes two filings the same account, and the keyed hashes by which they are found."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.document import ACCOUNT_TYPES, ExtractedForm, ExtractedPaper, PaperKind
from pipeline.domain.identifiers import check_id_number, check_licence_number, plain_code
from pipeline.domain.spelling import normalise, squash
from pipeline.domain.values import parse_id_number
from pipeline.store.cipher import Cipher


@dataclass(frozen=True, slots=True, kw_only=True)
class FormIndex:
    """The look-up values of a form; None where the form says nothing."""

    account: bytes | None = None
    subject: bytes | None = None
    owner_id: bytes | None = None
    #: The key of the account's type, "" for none.
    account_type: str = ""


def index_form(form: ExtractedForm | None, cipher: Cipher) -> FormIndex:
    """The look-up values of a form, none for a filing without one."""
    if form is None:
        return FormIndex()
    return FormIndex(
        account=index_account(form, cipher),
        subject=index_subject(form.text("account_subject"), cipher),
        owner_id=index_owner_id(form.text("owner_id_number"), cipher),
        account_type=known_type(form.text("account_type")),
    )


def known_type(text: str) -> str:
    """The text where it is the key of an account type, else "": nothing else of a form stands unsealed."""
    return text if text in ACCOUNT_TYPES else ""


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


def index_mail_id(mail_id: str, cipher: Cipher) -> bytes:
    """The look-up value of a Message-ID."""
    return cipher.index("mail id", mail_id)


def index_sender(address: str, cipher: Cipher) -> bytes | None:
    """The look-up value of a sender's address, however written; None for none."""
    folded = normalise(address).casefold()
    return cipher.index("sender", folded) if folded else None


def index_paper(paper: ExtractedPaper, cipher: Cipher) -> bytes | None:
    """The look-up value of the code or ID number on a paper; None unless it is read surely and passes its check."""
    key = "id_number" if paper.kind is PaperKind.ID_CARD else "credit_code"
    field = paper.field(key)
    if field is None or field.value is None or field.doubtful:
        return None
    if key == "id_number":
        number = parse_id_number(str(field.value))
        return index_owner_id(number, cipher) if check_id_number(number).ok else None
    return index_credit_code(str(field.value), cipher) if check_licence_number(str(field.value)).ok else None


def index_credit_code(code: str, cipher: Cipher) -> bytes:
    """The look-up value of a certificate's code."""
    return cipher.index("credit code", plain_code(code))


def _folded(text: str) -> str:
    """Squashed and without case; a name of nothing but punctuation counts as it stands."""
    return (squash(text) or normalise(text)).casefold()
