"""The same path on PostgreSQL: `store.url` is all that is changed."""

from __future__ import annotations

import time

from tests.path.demo_mails import pick
from tests.path.installation import OFFICES, Installation
from tests.path.proofs import assert_nothing_lost_or_doubled
from tests.postgres import Cluster

MAILS = pick(2, 5, 7, 21, 22, 24, 26)


def test_the_path_on_postgresql_with_a_kill_on_the_way(site: Installation, postgres_cluster: Cluster) -> None:
    name = postgres_cluster.create_database()
    site.configure(url=postgres_cluster.url(name))
    delivered = site.deliver(MAILS)
    command = site.start("poll", "--once")
    assert command.wait_for(lambda: site.count("messages WHERE state = 'decided'") >= 2, seconds=120)
    site.assert_gone(command.kill())
    site.run("poll", "--once")
    assert_nothing_lost_or_doubled(site, delivered)
    again = site.rows("poll", "--once")
    assert [report["new"] for report in again] == [0] * len(OFFICES)
    assert (site.count("ledger"), site.count("cases")) == (len(delivered), 5)
    assert not (site.data / "beian.sqlite3").exists()
    postgres_cluster.drop_database(name)


def test_a_database_that_goes_away_for_a_while_is_waited_for(site: Installation, postgres_cluster: Cluster) -> None:
    name = postgres_cluster.create_database()
    site.configure(url=postgres_cluster.url(name), poll={"interval_seconds": 5}, work={"processes": 1})
    service = site.start("poll", log="poll-log")
    assert service.wait_for(lambda: site.count("polls") == len(OFFICES), seconds=60)

    postgres_cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres_cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    delivered = site.deliver(pick(7, 22, 24))
    assert service.wait_for(lambda: "StoreUnavailableError" in service.log.read_text(encoding="utf-8"), seconds=30)
    time.sleep(6)  # every mailbox's turn comes while there is no database
    assert service.status is None
    postgres_cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    decided = "messages WHERE state = 'decided'"
    assert service.wait_for(lambda: site.count(decided) == len(delivered), seconds=60)
    started = service.ask_to_end()
    service.finish(seconds=30)
    assert service.status == 0
    site.assert_gone(started)
    assert_nothing_lost_or_doubled(site, delivered)
    postgres_cluster.drop_database(name)
