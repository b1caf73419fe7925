"""What the sender typed into the mail lifts doubts about the same values on a picture, and no others."""

from __future__ import annotations

import pytest

from pipeline.domain.document import ExtractedForm, Field, FieldValue
from pipeline.domain.message import Attachment, Media, Submission
from pipeline.extract.doubts import INKED, LOOK_ALIKES, NOT_TWICE, NUMBER, UNCLEAR
from pipeline.extract.typed_words import Typed
from pipeline.profile.load import load_profile

SPEC = load_profile("langfang-2018").form


def settled(key: str, value: FieldValue, doubt: str, *, subject: str = "", text: str = "", file: str = "") -> Field:
    files = (Attachment(name=file, media=Media.JPEG, content=b"", sha256="0" * 64),) if file else ()
    field = Field(key=key, value=value, reader="rapidocr", doubtful=True, doubt=doubt)
    form = ExtractedForm(profile="langfang-2018", fields=(field,))
    typed = Typed(Submission(sha256="0" * 64, subject=subject, text=text, attachments=files))
    (found,) = typed.settle(form, SPEC)
    return found


@pytest.mark.parametrize(
    ("key", "value", "doubt", "where"),
    [
        ("account_name", "永清慢生活", NOT_TWICE, {"subject": "“永清 慢生活”公众号备案"}),
        ("account_name", "永清慢生活", UNCLEAR, {"file": "永清慢生活登记表.jpg"}),
        (
            "account_subject",
            "某县鲸景文化传媒有限公司",
            UNCLEAR,
            {"text": "我公司（某县鲸景文化传媒有限公司）现提交备案"},
        ),
        ("owner_name", "欧阳晓", NOT_TWICE, {"text": "联系人：欧阳晓\n电话见附件"}),
        ("owner_phone", "15388657352", UNCLEAR, {"text": "电话15388657352，谢谢"}),
        ("owner_id_number", "13100319610520657X", NUMBER, {"text": "身份证13100319610520657x"}),
    ],
)
def test_the_same_value_typed_is_another_witness(key: str, value: str, doubt: str, where: dict[str, str]) -> None:
    found = settled(key, value, doubt, **where)
    assert (found.value, found.doubtful, found.doubt, found.second) == (value, False, None, value)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        ("he11o_2018", "我的微信号hello_2018", "hello_2018"),
        ("qx_5300", "微信 qx__53oo 或电话", "qx__53oo"),
        ("lf_chang44", "微信号：lf_chang44", "lf_chang44"),
    ],
)
def test_a_wechat_id_is_spelled_as_it_was_typed(read: str, text: str, value: str) -> None:
    found = settled("owner_wechat", read, LOOK_ALIKES, text=text)
    assert (found.value, found.doubtful) == (value, False)


@pytest.mark.parametrize(
    ("key", "value", "doubt", "text"),
    [
        ("owner_wechat", "he11o_2018", LOOK_ALIKES, "微信hello_2018，管理员he1lo_2018"),  # two spellings
        ("owner_wechat", "he11o_2018", LOOK_ALIKES, "微信号见附件hello_20188"),  # another one
        ("owner_wechat", "11ou_0", LOOK_ALIKES, "单号110u_0"),  # no WeChat ID begins with a digit
        ("owner_phone", "15388657352", UNCLEAR, "单号153886573520"),
        ("owner_phone", "15388657352", UNCLEAR, "电话15388657353"),
        ("owner_name", "王方", NOT_TWICE, "王方"),  # two characters may stand there by chance
        ("follower_count", 5094, UNCLEAR, "粉丝5094"),
        ("account_name", "永清慢生活", NOT_TWICE, "永清慢生話"),
        ("account_name", "永清慢生活", NOT_TWICE, "“永清慢生活圈”备案"),  # its last character was not read
        ("account_name", "清慢生活", NOT_TWICE, "“永清慢生活”备案"),
        ("account_name", "永清慢生活", INKED, "永清慢生活"),  # a doubt about the form, not about the reading
    ],
)
def test_nothing_else_is_lifted(key: str, value: FieldValue, doubt: str, text: str) -> None:
    found = settled(key, value, doubt, text=text)
    assert (found.value, found.doubtful, found.doubt) == (value, True, doubt)
