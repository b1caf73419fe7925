"""A throw-away Dovecot on loopback, for the demonstration and the tests.

It starts in about 0.1 s in a folder of its own, needs no root (as root its processes run as
`nobody`, because Dovecot's login process refuses root) and is ended with SIGKILL to its own process
group. Mails are never flushed to disk: nothing here is meant to last.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import imapclient

from pipeline.demo.certificate import write_certificates

START_SECONDS: Final = 10.0
_CONFIG: Final = """\
base_dir = {run}
state_dir = {run}
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
auth_failure_delay = 0
disable_plaintext_auth = no
mail_location = maildir:{base}/mail/%u
mail_uid = {user}
mail_gid = {group}
mail_fsync = never
mail_max_userip_connections = 200
mailbox_list_index = no
ssl = yes
ssl_cert = <{base}/tls/server.pem
ssl_key = <{base}/tls/server.key
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {base}/users/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{folders}}}
"""
_FOLDER: Final = "  mailbox {name} {{\n    auto = create\n{flag}  }}\n"
#: What NetEase and QQ make for every user; names in modified UTF-7 on the wire.
DEFAULT_FOLDERS: Final[Mapping[str, str]] = {
    "草稿箱": "\\Drafts",
    "已发送": "\\Sent",
    "已删除": "\\Trash",
    "垃圾邮件": "",
}


class DovecotError(RuntimeError):
    """Dovecot cannot be started; the text says what to do."""


def is_installed() -> bool:
    """Whether Dovecot with IMAP can be found on this machine."""
    return _find_dovecot() is not None


def _find_dovecot() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _find_doveadm() -> str:
    found = shutil.which("doveadm", path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/sbin:/usr/local/bin")
    if found is None:
        raise DovecotError("doveadm is missing: install the Debian package dovecot-core")
    return found


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [int(sock.getsockname()[1]) for sock in sockets]


def _short_folder() -> str:
    """A temporary folder with a short name: paths of unix sockets are limited to 107 bytes."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= 60 else "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it


def _runner() -> tuple[str, str]:
    """User and group the server's processes run as."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        return user.pw_name, grp.getgrgid(user.pw_gid).gr_name
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


class Dovecot:
    """A running IMAP server with the given users (name to password). Use as a context manager.

    `port` speaks plain IMAP (and STARTTLS), `tls_port` IMAP over TLS; `ca_file` is the authority
    that signed its certificate for `localhost` and 127.0.0.1. `folders` maps names to their
    special-use flag ("" for none); every user gets them besides INBOX.
    """

    def __init__(self, users: Mapping[str, str], *, folders: Mapping[str, str] = DEFAULT_FOLDERS) -> None:
        self._users = dict(users)
        self._folders = dict(folders)
        self._process: subprocess.Popen[bytes] | None = None
        self._base: Path | None = None
        self.host = "127.0.0.1"
        self.port = 0
        self.tls_port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    @property
    def ca_file(self) -> Path:
        """The certificate authority to trust."""
        return self._folder / "tls" / "ca.pem"

    @property
    def _folder(self) -> Path:
        if self._base is None:
            raise DovecotError("the server is not running")
        return self._base

    def start(self) -> None:
        """Start and wait until it answers. Raises `DovecotError`."""
        program = _find_dovecot()
        if program is None:
            raise DovecotError("dovecot is not installed: install the Debian package dovecot-imapd")
        self._base = Path(tempfile.mkdtemp(prefix="bd", dir=_short_folder()))
        try:
            # A port found free may be taken by the time it is bound.
            started = any(self._try_start(program) for _ in range(3))
            last = "" if started else self._last_log_line()
        except BaseException:
            self.stop()
            raise
        if not started:
            self.stop()
            raise DovecotError(f"dovecot did not start: {last}")

    def _try_start(self, program: str) -> bool:
        self.port, self.tls_port = _free_ports(2)
        self._write_files()
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self._folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self._folder / "stderr").open("ab"),
            start_new_session=True,
        )
        ends_at = time.monotonic() + START_SECONDS
        while time.monotonic() < ends_at and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self._kill()
        return False

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=2) as sock:
            return sock.recv(64).startswith(b"* OK")
        return False

    def _last_log_line(self) -> str:
        for name in ("dovecot.log", "stderr"):
            log = self._folder / name
            lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
            if lines:
                return lines[-1][:300]
        return "no message"

    def _write_files(self) -> None:
        base = self._folder
        for name in ("run", "mail", "tls", "users"):
            (base / name).mkdir(exist_ok=True)
        write_certificates(base / "tls", hosts=("localhost", self.host))
        user, group = _runner()
        (base / "dovecot.conf").write_text(
            _CONFIG.format(
                base=base,
                run=base / "run",
                user=user,
                group=group,
                port=self.port,
                tls_port=self.tls_port,
                folders="".join(map(self._folder_lines, self._folders.items())),
            ),
            encoding="utf-8",
        )
        if os.geteuid() == 0:
            for path in (base, base / "run", base / "mail", base / "users"):
                shutil.chown(path, user, group)
        for name in self._users:
            self._write_user(name)

    @staticmethod
    def _folder_lines(item: tuple[str, str]) -> str:
        name, flag = item
        return _FOLDER.format(name=f'"{name}"', flag=f"    special_use = {flag}\n" if flag else "")

    def _write_user(self, user: str) -> None:
        """A file for each user, so that a new one is known at once. Dovecot tells a changed file by its whole second."""
        path = self._folder / "users" / user
        second = int(path.stat().st_mtime) + 1 if path.exists() else None
        path.write_text(f"{user}:{{PLAIN}}{self._users[user]}\n", encoding="utf-8")
        path.chmod(0o600)
        if second is not None:
            os.utime(path, (second, second))
        if os.geteuid() == 0:
            shutil.chown(path, *_runner())

    def set_password(self, user: str, password: str) -> None:
        """Make a user, or change a password, as when an authorisation code is revoked. It holds on return.

        Raises `DovecotError` when the server does not take it.
        """
        known = user in self._users
        self._users[user] = password
        self._write_user(user)
        ends_at = time.monotonic() + START_SECONDS
        while known and not self._accepts(user):  # what it has read it looks at again once a second
            if time.monotonic() > ends_at:
                raise DovecotError(f"dovecot does not take the new password of {user}")
            time.sleep(0.1)

    def _accepts(self, user: str) -> bool:
        try:
            self.client(user).logout()
        except imapclient.exceptions.LoginError:
            return False
        return True

    def client(self, user: str) -> imapclient.IMAPClient:
        """A logged-in imapclient, for looking at the mailbox or moving mail as its owner would."""
        client = imapclient.IMAPClient(self.host, self.port, ssl=False, timeout=10)
        client.normalise_times = False
        client.login(user, self._users[user])
        return client

    def deliver(
        self, user: str, content: bytes, *, folder: str = "INBOX", received: datetime | None = None
    ) -> int | None:
        """Put a mail into a folder by APPEND, making the folder if need be. `received` becomes INTERNALDATE.

        Returns its UID.
        """
        client = self.client(user)
        try:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            answer: bytes = client.append(folder, content, msg_time=received)
        finally:
            client.logout()
        words = answer.split(b"]", 1)[0].split()
        return int(words[2]) if len(words) > 2 and words[0] == b"[APPENDUID" else None

    def renumber(self, user: str, *, folder: str = "INBOX") -> int:
        """Give a folder a new UIDVALIDITY, as a server does after a migration. Returns it."""
        before = self._uidvalidity(user, folder)
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(before + 1), folder)
        return before + 1

    def reuse_uids(self, user: str, *, folder: str = "INBOX") -> None:
        """Number a folder's mails from 1 again at the same UIDVALIDITY, as a server does that lost its index."""
        before = self._uidvalidity(user, folder)
        for path in self.maildir(user, folder).glob("dovecot*"):
            path.unlink(missing_ok=True)
        client = self.client(user)
        try:
            client.select_folder(folder, readonly=True)  # this finds the mails and numbers them
        finally:
            client.logout()
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(before), folder)

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mails of a folder lie."""
        root = self._folder / "mail" / user
        if folder == "INBOX":
            return root
        name: bytes = imapclient.imap_utf7.encode(folder)
        return root / f".{name.decode('ascii').replace('/', '.')}"

    def _uidvalidity(self, user: str, folder: str) -> int:
        client = self.client(user)
        try:
            return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])
        finally:
            client.logout()

    def _doveadm(self, *arguments: str) -> None:
        command = [_find_doveadm(), "-c", str(self._folder / "dovecot.conf"), *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
        if done.returncode:
            raise DovecotError(done.stderr.decode("utf-8", "replace")[:300])

    def stop(self) -> None:
        """End the server at once and remove its folder. Harmless when it is not running."""
        self._kill()
        if self._base is not None:
            shutil.rmtree(self._base, ignore_errors=True)
            self._base = None

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # its own session: the group is what it started
            process.wait()
