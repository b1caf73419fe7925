"""What goes on in the mailboxes meanwhile: mail arrives, people read, move and delete it, and servers number it anew."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.mails import OFFICES, ChaosMail
from tests.path.installation import Installation

INBOX = "INBOX"
FOLDERS = (INBOX, "垃圾邮件", "订阅邮件", "广告邮件")
#: Nobody polls it.
BIN = "已删除"
_MOST_AT_ONCE = 4
#: People delete no more than this share of what was sent.
_DELETED_SHARE = 0.15


@dataclass
class Mailroom:
    """One office's mailbox, straight at the server.

    `required` are contents that people deleted when they were in the ledger already, `deleted` those that were not.
    """

    site: Installation
    office: str
    delivered: dict[str, ChaosMail] = field(default_factory=dict)
    sent: int = 0
    required: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    _client: Any = None

    @property
    def address(self) -> str:
        return OFFICES[self.office]

    @property
    def user(self) -> str:
        return self.site.user(self.office)

    def client(self) -> Any:
        """The connection of the people who work here."""
        if self._client is None:
            self._client = self.site.server.client(self.user)
            for folder in (*FOLDERS, BIN):
                if not self._client.folder_exists(folder):
                    self._client.create_folder(folder)
        return self._client

    def leave(self) -> None:
        """Log out: after a renumbering the server ends what was open before."""
        if self._client is not None:
            self._client.logout()
            self._client = None

    def deliver(self, mail: ChaosMail, folder: str) -> None:
        self.client().append(folder, mail.content, msg_time=mail.received)
        self.delivered[mail.sha256] = mail
        self.sent += 1

    def uids(self, folder: str) -> list[int]:
        client = self.client()
        client.select_folder(folder)
        found: list[int] = client.search()
        return found

    def digests(self, folder: str) -> Counter[str]:
        """What lies in a folder, by its SHA-256."""
        return Counter(self._digest_of(uids) for uids in [[uid] for uid in self.uids(folder)])

    def _digest_of(self, uids: Sequence[int]) -> str:
        (row,) = self.client().fetch(uids, ["BODY.PEEK[]"]).values()
        return hashlib.sha256(row[b"BODY[]"]).hexdigest()

    def read(self, folder: str, uids: Sequence[int]) -> None:
        self.client().add_flags(uids, [b"\\Seen"])

    def move(self, uids: Sequence[int], target: str) -> None:
        """From the folder that is open."""
        self.client().move(uids, target)

    def throw_away(self, uids: Sequence[int], *, into_bin: bool) -> None:
        """What is in the ledger by then has to stay in it."""
        for uid in uids:
            digest = self._digest_of([uid])
            found = self.site.count(f"messages WHERE mailbox = '{self.address}' AND sha256 = '{digest}'")
            (self.required if found else self.deleted).add(digest)
        if into_bin:
            self.move(uids, BIN)
            return
        self.client().delete_messages(uids)
        self.client().uid_expunge(uids)


@dataclass
class People:
    """Everybody at work. `renumberings` are counted by their kind."""

    rooms: dict[str, Mailroom]
    rng: random.Random
    did: Counter[str] = field(default_factory=Counter)
    renumberings: Counter[str] = field(default_factory=Counter)
    _reused: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def deliver(self, mail: ChaosMail) -> None:
        folder = INBOX if self.rng.random() < 0.85 else self.rng.choice(FOLDERS[1:])
        self.rooms[mail.office].deliver(mail, folder)

    @property
    def _sent(self) -> int:
        return sum(room.sent for room in self.rooms.values())

    def work(self) -> None:
        """Somebody does something, if there is mail."""
        room, folder = self.rng.choice(list(self.rooms.values())), self.rng.choice(FOLDERS)
        present = room.uids(folder)
        if not present:
            return
        uids = sorted(self.rng.sample(present, min(len(present), self.rng.randint(1, _MOST_AT_ONCE))))
        deleting = int(self.did["bin"] + self.did["delete"] < _DELETED_SHARE * self._sent)
        what = self.rng.choices(["read", "move", "bin", "delete"], [5, 5, deleting, deleting])[0]
        self.did[what] += len(uids)
        if what == "read":
            room.read(folder, uids)
        elif what == "move":
            room.move(uids, self.rng.choice([name for name in FOLDERS if name != folder]))
        else:
            room.throw_away(uids, into_bin=what == "bin")

    def renumber(self) -> None:
        """A folder gets other numbers, in one of three ways."""
        ways: dict[str, Callable[[], None]] = {
            "new UIDVALIDITY": self._new_uidvalidity,
            "reused UIDs": self._reuse,
            "moved folder": self._move_folder,
        }
        kind = min(ways, key=lambda name: (self.renumberings[name], name))
        ways[kind]()
        self.renumberings[kind] += 1

    def _any_room(self) -> Mailroom:
        return self.rng.choice(list(self.rooms.values()))

    def _new_uidvalidity(self) -> None:
        room = self._any_room()
        room.client()
        room.leave()
        room.site.server.renumber(room.user, folder=self.rng.choice(FOLDERS))

    def _reuse(self) -> None:
        """Something was deleted before, so that all numbers behind it move. The inboxes come first, the fullest before all."""
        places = [(office, folder) for folder in FOLDERS for office in self.rooms]
        office, folder = min(
            places, key=lambda place: (self._reused[place], FOLDERS.index(place[1]), -self.rooms[place[0]].sent)
        )
        room = self.rooms[office]
        self._reused[office, folder] += 1
        present = room.uids(folder)
        if present:
            room.throw_away([self.rng.choice(present[: max(1, len(present) // 2)])], into_bin=False)
        room.leave()
        room.site.server.reuse_uids(room.user, folder=folder)

    def _move_folder(self) -> None:
        room = self._any_room()
        source, target = self.rng.sample(FOLDERS, 2)
        present = room.uids(source)
        if present:
            room.move(present, target)
