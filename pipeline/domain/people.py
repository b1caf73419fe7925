"""Who works here, and what each may do. Pure; the store keeps the people, the web asks before every act.

    permission       officer      supervisor   city   auditor   administrator
                     (经办人)      (科室负责人)  (市网信办) (审计员)   (管理员)
    see_queue        own office   own office   all    -         -
    handle_case      own office   own office   all    -         -
    reveal           own office   own office   all    -         -
    recheck          own office   own office   all    -         -
    take_over        -            own office   all    -         -
    see_register     own office   own office   all    masked    -
    see_statistics   own office   own office   all    all       -
    export           -            own office   all    -         -
    cancel_record    -            own office   all    -         -
    see_audit        -            -            -      all       -
    see_mailboxes    -            own office   all    -         all
    manage_people    -            -            -      -         all

"masked" means: without `reveal` nobody sees a whole number or an uncovered picture. The administrator sees no
personal data, the auditor changes nothing, and nobody who handles cases reads the log of what he did. A disabled
person may do nothing and sees nothing; nor does one with a one-time password, before changing it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from pipeline.domain.base import Frozen


class Role(StrEnum):
    """What somebody is here for."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    CITY = "city"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.OFFICER: "经办人",
    Role.SUPERVISOR: "科室负责人",
    Role.CITY: "市网信办",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}
#: Roles that belong to one office; the others have none.
OFFICE_ROLES: Final = frozenset({Role.OFFICER, Role.SUPERVISOR})


class Permission(StrEnum):
    """What somebody may do."""

    SEE_QUEUE = "see_queue"
    HANDLE_CASE = "handle_case"
    REVEAL = "reveal"
    TAKE_OVER = "take_over"
    SEE_REGISTER = "see_register"
    EXPORT = "export"
    CANCEL_RECORD = "cancel_record"
    SEE_STATISTICS = "see_statistics"
    RECHECK = "recheck"
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"
    SEE_MAILBOXES = "see_mailboxes"


class User(Frozen):
    """A person with an account. `office` is the key of an office of the profile, for the roles that have one."""

    user_id: str
    login: str
    name: str
    role: Role
    office: str | None = None
    has_totp: bool = False
    disabled: bool = False
    must_change_password: bool = False

    @property
    def is_shut_out(self) -> bool:
        """Whether the account is good for nothing now: disabled, or its one-time password not changed yet."""
        return self.disabled or self.must_change_password


class PeopleError(Exception):
    """An account that may not be made or changed so; the text says in Chinese why."""


_DESK: Final = frozenset(
    {
        Permission.SEE_QUEUE,
        Permission.HANDLE_CASE,
        Permission.REVEAL,
        Permission.RECHECK,
        Permission.SEE_REGISTER,
        Permission.SEE_STATISTICS,
    }
)
_OVERSIGHT: Final = _DESK | {
    Permission.TAKE_OVER,
    Permission.EXPORT,
    Permission.CANCEL_RECORD,
    Permission.SEE_MAILBOXES,
}
_ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OFFICER: _DESK,
    Role.SUPERVISOR: _OVERSIGHT,
    Role.CITY: _OVERSIGHT,
    Role.AUDITOR: frozenset({Permission.SEE_AUDIT, Permission.SEE_REGISTER, Permission.SEE_STATISTICS}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_PEOPLE, Permission.SEE_MAILBOXES}),
}
LOGIN_PATTERN: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}", re.ASCII)
PASSWORD_MIN_CHARACTERS: Final = 12
PASSWORD_MAX_CHARACTERS: Final = 128
NAME_MAX_CHARACTERS: Final = 40
_PASSWORD_MIN_DIFFERENT: Final = 5
#: What passwords of this place are made of first, with what stands on every list of stolen ones. None of it counts.
_GUESSED: Final = (
    *("beian", "备案", "登记", "台账", "新媒体", "账号", "网信办", "网信", "管理员", "密码"),
    *("password", "passw0rd", "p@ssw0rd", "admin", "root", "welcome", "letmein", "iloveyou", "woaini", "5201314"),
    *("1234567890", "0987654321", "123456789", "12345678", "123456", "87654321", "654321", "123123", "147258369"),
    *("qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "1qaz2wsx", "1q2w3e4r", "q1w2e3r4", "abcdefgh", "abc123"),
)
_GUESSED_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NOT_GUESSED_MIN_CHARACTERS: Final = 6
#: A shorter login would forbid too many harmless passwords.
_LOGIN_FORBIDDEN_FROM: Final = 4


def may(user: User, permission: Permission) -> bool:
    """Whether the table above allows it; whose cases it reaches is `visible_offices`."""
    return not user.is_shut_out and permission in _ALLOWED[user.role]


def visible_offices(user: User, all_offices: Iterable[str]) -> frozenset[str] | None:
    """The offices whose cases, records and figures somebody may see.

    `all_offices` are the keys of the profile. None means no restriction, which takes in what belongs to no office
    yet; an empty set means nothing at all.
    """
    if user.is_shut_out or user.role is Role.ADMINISTRATOR:
        return frozenset()
    if user.role not in OFFICE_ROLES:
        return None
    return frozenset({user.office} if user.office is not None else ()) & frozenset(all_offices)


def is_visible(offices: frozenset[str] | None, *belongs_to: str | None) -> bool:
    """Whether something of those offices (a case has up to three: whose it is, and who received it) may be seen."""
    return offices is None or any(office in offices for office in belongs_to if office is not None)


def parse_login(text: str) -> str:
    """The login in its one spelling (NFKC, small letters). Raises `PeopleError` outside `LOGIN_PATTERN`."""
    login = fold_login(text)
    if not LOGIN_PATTERN.fullmatch(login):
        raise PeopleError("登录名须以字母开头，由2至32个小写字母、数字、点、下划线或连字符组成。")
    return login


def fold_login(text: str) -> str:
    """What was typed as a login, in the spelling logins are compared in; anything goes in."""
    return unicodedata.normalize("NFKC", text[:PASSWORD_MAX_CHARACTERS]).casefold().strip()


def parse_name(text: str) -> str:
    """A person's name as it is shown. Raises `PeopleError`."""
    name = unicodedata.normalize("NFKC", text[: 4 * NAME_MAX_CHARACTERS]).strip()
    if not 0 < len(name) <= NAME_MAX_CHARACTERS or not name.isprintable():
        raise PeopleError(f"姓名须为1至{NAME_MAX_CHARACTERS}个可显示的字符。")
    return name


def require_place(role: Role, office: str | None) -> None:
    """Raise `PeopleError` unless exactly the roles of an office have one."""
    if (role in OFFICE_ROLES) != (office is not None):
        need = "须指明所属机构" if role in OFFICE_ROLES else "不属于任何机构"
        raise PeopleError(f"“{ROLE_NAMES[role]}”{need}。")


def fold_password(text: str) -> str | None:
    """The form a password is hashed in (NFKC, as NIST SP 800-63B 5.1.1.2 has it), None for what can be none."""
    if len(text) > PASSWORD_MAX_CHARACTERS or any("\ud800" <= char <= "\udfff" for char in text):
        return None
    return unicodedata.normalize("NFKC", text)


def parse_password(text: str, *, login: str, name: str) -> str:
    """A new password, in the form it is hashed in.

    Raises `PeopleError` for one that is too short or long, holds the login or the name, repeats itself, or is put together from
    what everybody tries first.
    """
    password = fold_password(text)
    if password is None or len(password) < PASSWORD_MIN_CHARACTERS:
        raise PeopleError(f"密码须为{PASSWORD_MIN_CHARACTERS}至{PASSWORD_MAX_CHARACTERS}个字符。")
    if len(set(password)) < _PASSWORD_MIN_DIFFERENT:
        raise PeopleError(f"密码至少要有{_PASSWORD_MIN_DIFFERENT}个不同的字符。")
    folded = password.casefold()
    if (len(login) >= _LOGIN_FORBIDDEN_FROM and login in folded) or name.casefold() in folded:
        raise PeopleError("密码中不能含有登录名或姓名。")
    if _count_unguessed(folded) < _NOT_GUESSED_MIN_CHARACTERS:
        raise PeopleError("密码过于常见：请不要用“备案”“password”“123456”一类的词、数字和年份拼成。")
    return password


def _count_unguessed(password: str) -> int:
    """How many characters are left of it without what everybody tries first; a year counts as nothing."""
    for word in _GUESSED:
        password = password.replace(word, " ")
    return sum(not char.isspace() for char in _GUESSED_YEAR.sub(" ", password))
