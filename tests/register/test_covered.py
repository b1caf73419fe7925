"""ID numbers where none is asked for: in descriptions, grounds, and the names people give to copies of cards."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pipeline.desk.evidence import ShownFile
from pipeline.domain.finding import finding
from pipeline.domain.life import Action, SetAsideReason
from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.message import Media
from pipeline.profile.schema import Profile
from pipeline.reports.rows import case_row
from pipeline.review.sheets import file_lines
from pipeline.store.store import Store
from pipeline.wording import Wording
from tests.officer.conftest import officers
from tests.officer.filings import filing, hand_in
from tests.register.books import opened, rendered
from tests.validate.builders import OWNER_ID


@pytest.mark.parametrize(
    "name", ["{}.jpg", "sfz{}正面.jpg", "张三_{}_x.pdf", "ID{}a.png", "证件{}(1).jpg", "IMG_{} 1.jpg"]
)
def test_names_of_files(name: str) -> None:
    said = name.format(OWNER_ID)
    assert OWNER_ID not in mask_identity_numbers(said)
    file = ShownFile(
        file=1, name=said, media=Media.JPEG, size_bytes=9, path=(said,), inline=False, pages=(), has_grid=False
    )
    (line,) = file_lines((file,))
    assert OWNER_ID not in line.name
    assert line.name.endswith(said.rpartition(".")[2])


def test_longer_numbers_are_none() -> None:
    for text in (f"{OWNER_ID}7", f"9{OWNER_ID}", "2018121500001234567"):
        assert mask_identity_numbers(text) == text


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_covered_register_has_none_in_any_column(form: str, store: Store, profile: Profile) -> None:
    said = f"负责人身份证{OWNER_ID}"
    hand_in(store, profile, filing(description=said), number=1)
    changed = hand_in(store, profile, filing(description=f"{said}。"), number=2)
    officer = officers(store, profile)("刘")
    officer.set_aside(changed, "submission.change", reason=SetAsideReason.JUDGED, ground="已核")
    officer.act(changed, Action.CONCLUDE, change_of="廊新媒备-131082-2018-00001", ground=said)
    assert OWNER_ID not in _text(rendered(store, Wording(profile=profile), form, reveal=False), form)
    assert OWNER_ID in _text(rendered(store, Wording(profile=profile), form, reveal=True), form)


def _text(content: bytes, form: str) -> str:
    if form != "xlsx":
        return content.decode()
    return " ".join(
        str(value) for sheet in opened(content) for row in sheet.iter_rows(values_only=True) for value in row
    )


def test_the_covered_case_has_none_in_any_text(store: Store, profile: Profile) -> None:
    case_id = hand_in(store, profile, filing(description=f"负责人{OWNER_ID}", owner_phone=None), number=1)
    case = store.show_case(case_id)
    assert case is not None
    unread = finding("attachment.rejected", f"附件“身份证{OWNER_ID}.jpg”无法自动读取（内容异常）。")
    case = replace(case, mail_findings=(unread,))
    assert OWNER_ID not in json.dumps(case_row(case, reveal=False), ensure_ascii=False)
