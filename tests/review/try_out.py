"""Serves an invented office to look at: `python -m tests.review.try_out FOLDER PORT`. Every login has the tests' password."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipeline.profile.load import load_profile
from pipeline.store.store import open_store
from tests.review.cases import HOSTILE, four_doubts, hand_in
from tests.review.site import Clock, add_people, make_parts, serving
from tests.validate.builders import doubtful, licence


def main(folder: str) -> None:
    profile = load_profile("langfang-2018")
    with open_store(f"sqlite:///{folder}/beian.sqlite3", data_dir=Path(folder)) as store:
        add_people(store)
        for number, name in enumerate(("三河晨露生活", "燕郊早知道", "三河美食圈"), 1):
            four_doubts(store, profile, number=number, name=name)
        hand_in(store, profile, number=10, account_name="三河楼市", papers=(licence(),))
        hand_in(store, profile, number=11, account_name="燕郊通勤", received="2018-12-01T09:00:00+08:00", address=None)
        hand_in(store, profile, number=12, owner_id_number=doubtful("owner_id_number", "131082199003077518"))
        hand_in(store, profile, number=13, **HOSTILE)
        with serving(make_parts(store, profile, Clock())) as url:
            sys.stdout.write(url + "\n")
            sys.stdout.flush()
            time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
