"""What agrees with a filing and what is somebody else's; and two forms of one account."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.cases.form_merging import merge_later_form
from pipeline.cases.joining import Sameness, compare_accounts
from pipeline.domain.decision import Filing
from pipeline.domain.document import ExtractedForm, ExtractedPaper
from pipeline.validate.belonging import compare_filings
from tests.validate.builders import (
    ADMIN_ID,
    OTHER_ID,
    OWNER_ID,
    RECEIVED,
    card,
    credit_code,
    doubtful,
    emblem,
    field,
    form,
    langfang,
    licence,
    owner_card,
    paper,
)


def filing(held: ExtractedForm | None, *papers: ExtractedPaper) -> Filing:
    return Filing(office="sanhe", received=datetime.fromisoformat(RECEIVED), form=held, papers=papers)


HELD = filing(form(), licence())
UNSURE = filing(form(owner_name=doubtful("owner_name", "苏晓形"), admin_name=doubtful("admin_name", "程远凡")))


@pytest.mark.parametrize(
    ("held", "brought", "agrees", "contradicts"),
    [
        (HELD, (owner_card(),), True, False),
        (HELD, (card(),), True, False),
        (HELD, (card("程远帆", doubtful("id_number", OTHER_ID)),), True, False),
        (HELD, (card("程远帆", OWNER_ID),), False, True),
        (HELD, (card("苏晓彤", OTHER_ID),), False, True),
        (HELD, (card("钱多多", OTHER_ID),), False, True),
        (HELD, (card(doubtful("name", "钱多多"), OTHER_ID),), False, False),
        (HELD, (emblem(),), False, False),
        (HELD, (paper(licence().kind, unreadable=True),), False, False),
        (HELD, (owner_card(), card("钱多多", OTHER_ID)), True, True),
        (UNSURE, (card("钱多多", ADMIN_ID),), False, False),
        (filing(form(admin_name="程远帆", owner_name=doubtful("owner_name", "苏晓形"))), (card("钱多多", OTHER_ID),), False, True),
        (HELD, (licence(),), True, False),
        (HELD, (licence(credit_code=credit_code(seed=9)),), True, True),
        (filing(form()), (licence(name="大厂别家有限公司"),), False, True),
        (filing(form()), (licence(name=doubtful("name", "大厂别家有限公司")),), False, False),
        (filing(None, owner_card()), (owner_card(),), True, False),
        (filing(None, owner_card()), (card(),), False, False),
    ],
)  # fmt: skip
def test_papers(held: Filing, brought: tuple[ExtractedPaper, ...], agrees: bool, contradicts: bool) -> None:
    for one, other in ((held, filing(None, *brought)), (filing(None, *brought), held)):
        bond = compare_filings(one, other, langfang())
        assert (bond.agrees, bond.contradicts) == (agrees, contradicts)


def test_the_right_licence_after_another_bodys_agrees() -> None:
    """The two codes were held against each other: who corrected a mistake stood as somebody else."""
    held = filing(form(), licence(name="大厂别家有限公司", credit_code=credit_code(seed=9)))
    bond = compare_filings(held, filing(None, licence()), langfang())
    assert (bond.agrees, bond.contradicts) == (True, False)
    assert compare_filings(held, filing(None, licence(name="大厂又一家有限公司")), langfang()).contradicts


def test_forms() -> None:
    same = compare_filings(filing(form()), filing(form(owner_phone="13931695678")), langfang())
    assert (same.agrees, same.contradicts) == (True, False)
    other = compare_filings(filing(form()), filing(form(owner_id_number=OTHER_ID)), langfang())
    assert other.contradicts
    miswritten = compare_filings(filing(form(owner_id_number=OWNER_ID[:-1] + "1")), filing(form()), langfang())
    assert (miswritten.agrees, miswritten.contradicts) == (True, False)


@pytest.mark.parametrize(
    ("held", "later", "how"),
    [
        (form(), form(account_name="三河 晨露生活"), Sameness.SAME),
        (form(), form(account_name="燕郊早知道"), Sameness.OTHER),
        (form(), form(account_type=field("account_type", "app", candidates=("app",))), Sameness.OTHER),
        (form(account_type=None), form(), Sameness.LIKELY),
        (form(account_name=doubtful("account_name", "三河晨路生活")), form(), Sameness.OPEN),
        (form(account_name=None), form(), Sameness.OPEN),
        (
            form(account_name=None, account_type=field("account_type", "app", candidates=("app",))),
            form(),
            Sameness.OTHER,
        ),
    ],
)
def test_accounts(held: ExtractedForm, later: ExtractedForm, how: Sameness) -> None:
    assert compare_accounts(held, later) is how


def test_the_later_form_fills_and_settles_and_never_overrules() -> None:
    held = form(
        owner_name=None,
        admin_name=doubtful("admin_name", "程远凡"),
        owner_phone="13803161234",
        follower_count=3200,
        account_type=field("account_type", None, candidates=("wechat", "app")),
        signed=False,
    )
    later = form(owner_phone="13931695678", follower_count=4100, description=doubtful("description", "看不清"))
    merged = merge_later_form(held, later)
    assert merged.text("owner_name") == "苏晓彤"
    assert (merged.text("admin_name"), merged.field("admin_name").doubtful) == ("程远帆", False)  # type: ignore[union-attr]
    phone = merged.field("owner_phone")
    assert phone is not None
    assert (phone.value, phone.doubtful, phone.second) == ("13931695678", True, "13803161234")
    assert merged.value("follower_count") == 4100
    assert merged.text("account_type") == "wechat"
    assert merged.value("signed") is True
    assert merged.field("description").doubtful  # type: ignore[union-attr]
    assert merge_later_form(None, later) == later
    assert merge_later_form(held, held) == held


def test_an_underscore_that_a_later_mail_puts_right_is_not_lost() -> None:
    merged = merge_later_form(form(owner_wechat="wx_9400"), form(owner_wechat="wx__9400"))
    wechat = merged.field("owner_wechat")
    assert wechat is not None
    assert (wechat.value, wechat.doubtful, wechat.second) == ("wx__9400", True, "wx_9400")


def test_an_officers_value_is_not_overruled_either() -> None:
    held = form(owner_name=field("owner_name", "苏晓彤", reader="reviewer"))
    merged = merge_later_form(held, form(owner_name="苏晓形"))
    assert merged.field("owner_name").doubtful  # type: ignore[union-attr]
    kept = merge_later_form(held, form())
    assert kept.field("owner_name").reader == "reviewer"  # type: ignore[union-attr]
