"""Serves an invented office to look at: `python -m tests.review.try_out FOLDER PORT`. Every login has the tests' password."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipeline.desk.evidence import Evidence
from pipeline.profile.load import load_profile
from pipeline.sandbox.pool import Jail
from pipeline.store.store import open_store
from tests.pictures.office import Office
from tests.review.cases import HOSTILE, four_doubts, hand_in
from tests.review.site import Clock, add_people, make_parts, serving
from tests.validate.builders import doubtful, licence

SAMPLES = (
    "11-kaifaqu-photo",
    "12-anci-pasted-docx",
    "14-sanhe-other-name",
    "19-anci-handwritten",
    "10-bazhou-stamped-scan",
)


def main(folder: str) -> None:
    profile = load_profile("langfang-2018")
    clock = Clock()
    with (
        open_store(f"sqlite:///{folder}/beian.sqlite3", data_dir=Path(folder)) as store,
        Jail("pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=120, memory_bytes=3 << 30) as jail,
    ):
        add_people(store)
        office = Office(store=store, jail=jail, profile=profile, evidence=Evidence(store, jail, profile, clock=clock))
        for name in SAMPLES:
            office.sample(f"{name}.eml")
        for number, name in enumerate(("三河晨露生活", "燕郊早知道", "三河美食圈"), 101):
            four_doubts(store, profile, number=number, name=name)
        hand_in(store, profile, number=110, account_name="三河楼市", papers=(licence(),))
        hand_in(store, profile, number=111, account_name="燕郊通勤", received="2018-12-01T09:00:00+08:00", address=None)
        hand_in(store, profile, number=112, owner_id_number=doubtful("owner_id_number", "131082199003077518"))
        hand_in(store, profile, number=113, **HOSTILE)
        with serving(make_parts(store, profile, clock, jail)) as url:
            sys.stdout.write(url + "\n")
            sys.stdout.flush()
            time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
