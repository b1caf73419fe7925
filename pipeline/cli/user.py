"""`beian user`: the accounts of the people who work here. A password is asked for or read, never an argument."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import CommandContext, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.domain.people import Role
    from pipeline.store.people import People
    from pipeline.wiring import Application

app = typer.Typer(help="Accounts of the review pages (账号).", no_args_is_help=True, rich_markup_mode=None)
_CODE_TRIES = 3

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="The account's login.")]
RoleOption = Annotated[str, typer.Option("--role", help="officer, supervisor, city, auditor or administrator.")]
OfficeOption = Annotated[str | None, typer.Option("--office", help="Officers' and supervisors' office (key).")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
]


@app.command("add")
def add(
    context: typer.Context,
    login: Login,
    name: Annotated[str, typer.Option("--name", help="The person's name, as the history shows it.")],
    role: RoleOption,
    office: OfficeOption = None,
    password_stdin: PasswordStdin = False,
) -> int:
    """Make an account. The first one of an installation is an administrator's."""
    from pipeline.domain.people import parse_login, parse_name, require_place
    from pipeline.wiring import utc_now

    application = _application(context, office)
    wanted = _role(role)
    require_place(wanted, office)
    checked = {"login": parse_login(login), "name": parse_name(name)}  # before anybody types a password
    password = _new_password(from_stdin=password_stdin)
    with application.store() as store:
        user = store.people.add_user(
            checked["login"],
            name=checked["name"],
            role=wanted,
            office=office,
            password=password,
            actor=_actor(),
            at=utc_now(),
        )
    typer.echo(f"已新增账号 {user.login}")
    return 0


@app.command("list")
def list_users(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per account.")] = False,
) -> int:
    """List every account."""
    from pipeline.cli.tables import print_table
    from pipeline.domain.people import ROLE_NAMES

    command: CommandContext = context.obj
    application = command.application()
    with application.store() as store:
        users = store.people.list()
    if as_json:
        for user in users:
            print_json(user.model_dump(mode="json", exclude={"user_id"}))
        return 0
    wording = application.wording
    rows = (
        (
            user.login,
            user.name,
            ROLE_NAMES[user.role],
            wording.office(user.office),
            "有" if user.has_totp else "",
            "停用" if user.disabled else "",
        )
        for user in users
    )
    print_table(f"账号 {len(users)} 个", ("登录名", "姓名", "角色", "机构", "动态口令", ""), rows)
    return 0


@app.command("disable")
def disable(context: typer.Context, login: Login) -> int:
    """Shut an account; its sessions end at once."""
    return _change(context, login, lambda people, at: people.disable(login, actor=_actor(), at=at), "已停用")


@app.command("enable")
def enable(context: typer.Context, login: Login) -> int:
    """Open a shut account again."""
    return _change(context, login, lambda people, at: people.enable(login, actor=_actor(), at=at), "已启用")


@app.command("password")
def password(context: typer.Context, login: Login, password_stdin: PasswordStdin = False) -> int:
    """Give a new password; the account's sessions end at once."""
    with _people(context) as people:
        _require(people, login)
    fresh = _new_password(from_stdin=password_stdin)
    return _change(
        context, login, lambda people, at: people.change_password(login, fresh, actor=_actor(), at=at), "已更改密码"
    )


@app.command("role")
def set_role(context: typer.Context, login: Login, role: RoleOption, office: OfficeOption = None) -> int:
    """Give another role or office; it holds at once."""
    _application(context, office)
    wanted = _role(role)
    return _change(
        context, login, lambda people, at: people.set_role(login, wanted, office, actor=_actor(), at=at), "已更改角色"
    )


@app.command("totp")
def totp(
    context: typer.Context,
    login: Login,
    remove: Annotated[bool, typer.Option("--remove", help="Ask for no code any more; sessions end at once.")] = False,
) -> int:
    """Bind an authenticator: prints the otpauth URI, which holds the secret, and asks for a first code."""
    from pipeline.wiring import utc_now

    if remove:
        return _change(
            context, login, lambda people, at: people.remove_totp(login, actor=_actor(), at=at), "已取消动态口令"
        )
    with _people(context) as people:
        typer.echo(people.enrol_totp(login, actor=_actor(), at=utc_now()))
        _confirm(people, login)
    typer.echo(f"已启用动态口令：{login}")
    return 0


def _confirm(people: People, login: str) -> None:
    """Ask for a code until one is right, three times at most. Raises `PeopleError`."""
    from pipeline.domain.people import PeopleError
    from pipeline.wiring import utc_now

    for left in reversed(range(_CODE_TRIES)):
        code = typer.prompt("Code", err=True)
        try:
            return people.confirm_totp(login, code, actor=_actor(), at=utc_now())
        except PeopleError as error:
            if not left:
                raise
            typer.echo(f"beian: {error}", err=True)
    return None


@contextmanager
def _people(context: typer.Context) -> Iterator[People]:
    command: CommandContext = context.obj
    with command.application().store() as store:
        yield store.people


def _change(context: typer.Context, login: str, act: Callable[[People, datetime], None], done: str) -> int:
    from pipeline.wiring import utc_now

    with _people(context) as people:
        act(people, utc_now())
    typer.echo(f"{done}：{login}")
    return 0


def _require(people: People, login: str) -> None:
    from pipeline.store.errors import UnknownUserError

    if people.show(login) is None:
        raise UnknownUserError


def _application(context: typer.Context, office: str | None) -> Application:
    """Raises SettingsError for an office the profile does not have."""
    command: CommandContext = context.obj
    application = command.application()
    application.require_office(office)
    return application


def _role(text: str) -> Role:
    from pipeline.configuration.settings import SettingsError
    from pipeline.domain.people import Role

    try:
        return Role(text)
    except ValueError:
        raise SettingsError(f"--role = {text!r}: one of {', '.join(Role)}") from None


def _new_password(*, from_stdin: bool) -> str:
    """What was typed twice, or the first line of standard input. Raises `WrongUseError` where nobody can type."""
    from pipeline.wrong_use import WrongUseError

    if from_stdin:
        try:  # the bytes, whatever the terminal's character set is taken for
            return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise WrongUseError("standard input: the password is not UTF-8") from None
    if not sys.stdin.isatty():
        raise WrongUseError("standard input is no terminal: give the password with --password-stdin")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _actor() -> str:
    """Who acts, as the machine knows him."""
    try:
        return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"cli:{os.getuid()}"
