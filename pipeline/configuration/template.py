"""The commented settings file that `beian init` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping

_HEAD = """\
# Settings of beian. Every line below shows the default; change what differs here.
# The environment wins over this file: BEIAN_WORK__PROCESSES=4 sets work.processes.
# Passwords never stand here. The authorisation code (授权码) of a mailbox comes from
#   BEIAN_PASSWORD_<OFFICE>            in the environment, or
#   <secrets_dir>/password_<office>    a file only this service may read (or systemd's LoadCredential).
# That for sending is BEIAN_SMTP_PASSWORD_<OFFICE> or smtp_password_<office>; without one letters are only drafted.

# The city's rules: a shipped profile's name, or the path of a profile.toml. Relative paths count from this file.
profile = {profile}

# Mails, keys and the SQLite register.
data_dir = "data"
# secrets_dir = "secrets"

[store]
# Empty: SQLite in data_dir. For PostgreSQL: "postgresql+psycopg://beian@127.0.0.1/beian"
url = ""

[work]
# Reading processes; left out: one per core.
# processes = 2
# Limits of one document: wall-clock seconds and megabytes of address space.
document_seconds = 240
document_memory_mb = 3072
# All files of one mail together; those that are left then go to a person.
mail_seconds = 1800
# Refuse to start when the kernel cannot confine the reading processes (Landlock, seccomp).
require_sandbox = true

[poll]
# Pause between two looks at the mailboxes, and how long one mailbox may take in all.
interval_seconds = 900
deadline_seconds = 1800

# 复核: the share of records that a colleague enters a second time, blind (0 to 1), drawn by a keyed hash. Beside it one a
# month, office and kind of decision. `beian stats --recheck` shows the error rate.
[recheck]
share = 0.03

# How letters (补正通知书, receipts) are sent. Left out: smtp.<the mailbox's provider>, port by tls.
# The same keys, and address and username, hold for one office alone in a table `smtp` below that office's own.
[smtp]
# tls = "ssl"
# host = "smtp.163.com"
# port = 465
# "empty" (MAIL FROM:<>) lets nothing be sent back; "sender" for providers that refuse it. `beian doctor` tells.
# return_path = "empty"

# Who is told when something is wrong (docs/operating.md), each alarm once until it changes and once when it is over.
[alarms]
# JSON POST, signed with BEIAN_ALARM_WEBHOOK_SECRET or <secrets_dir>/alarm_webhook_secret; https, or this machine.
webhook = ""
# Mails go out through the offices' accounts for sending.
mail_to = []
backlog_hours = 4
not_given_hours = 24
not_polled_hours = 6
disk_free_mb = 1024

# What monitoring can ask `beian poll`: /metrics (Prometheus) and /healthz. Empty: nothing. Usual: "127.0.0.1:9464".
[watch]
listen = ""
interval_seconds = 60
# /healthz turns red when no mailbox was polled well for so many intervals of polling.
dead_after_intervals = 4

# One table per office. `enabled = false` leaves a mailbox alone.
# Also possible: address, host, port, username, ca_file, tls = "ssl" | "starttls" | "none" (this machine only).
"""

_MAILBOX = """
[mailboxes.{office}]  # {address}
enabled = true
"""


def config_text(*, profile: str, offices: Mapping[str, str]) -> str:
    """The whole file as text (a JSON string is a TOML string). `offices` gives the mailbox address by office key."""
    tables = (_MAILBOX.format(office=office, address=address) for office, address in offices.items())
    return _HEAD.format(profile=json.dumps(profile, ensure_ascii=False)) + "".join(tables)
