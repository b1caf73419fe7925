"""Why a value that was read from a picture, or from a PDF's text, is doubtful, as officers read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

NOT_TWICE: Final = "两次识别不一致，请对照图片核对"
UNCLEAR: Final = "图片不够清晰，识别结果请对照图片核对"
NO_VALUE: Final = "读到的内容不能理解为此项的值，请对照图片核对"
NO_CELL: Final = "找不到此栏的填写格，请对照图片核对"
LOOK_ALIKES: Final = "微信号含易混字符（如 l 与 1、0 与 o、连续下划线），请对照图片核对"
GUESSED: Final = "微信号中的易混字符（l 与 1、0 与 o、下划线个数）系按可能性推断，未经证实，请逐字对照图片核对"
NUMBER: Final = "身份证号未能可靠识别，请对照图片核对"
BY_HAND: Final = "可能是手写，大小写等字形易混，请对照图片核对"
INKED: Final = "栏内似有内容但无法识别，请对照图片核对"
AMENDED: Final = "此栏似有手工划改、添写或遮盖，请对照图片核对"
#: Of names and addresses that hold a local name but for one character, which is one that readers make of a rare one.
PLACE: Final = "地名中的生僻字可能识别有误，请对照图片核对"
#: Of texts in which the main reader also thought of a rare character where it read an everyday one (`ocr.rivals`).
RARE: Final = "其中的字可能是形近的生僻字，请对照图片核对"
STAMPED: Final = "此栏是红色字样，可能是印章，请对照图片核对"
#: Of a value of a paper that is read through what people print or stamp across copies.
COVERED: Final = "证件上的此项被水印、印章或反光遮挡，仅供参考，请对照图片核对"
STREAKED: Final = "扫描件上有竖线穿过此栏文字，请对照图片核对"
CUT_OFF: Final = "此栏的表格线不完整，内容可能被截断，请对照图片核对"
BESIDE_TABLE: Final = "表格线不完整，此栏内容按位置判断，请对照图片核对"
NO_NUMBER: Final = "地址中的号码可能漏识了数字，请对照图片核对"
NO_SURNAME: Final = "姓名可能是手写，首字不是常见姓氏，请对照图片核对"
CUT_ADDRESS: Final = "地址结尾不完整，请对照图片核对"
RING: Final = "句末的句号被识别成了其他字符，请对照图片核对"
#: Of a PDF's text, fields and notes.
HIDDEN: Final = "此栏含有看不见的文字，请核对"
MARKED: Final = "此栏文字上有划线、圈注或修改标记，请核对"
OVERLAID: Final = "此栏有文字互相重叠，可能盖住了原来的内容，请核对"
UNDRAWN: Final = "此栏内容写在批注或表单域中，有的软件不显示，请核对"
STALE: Final = "此栏表单域中保存的内容与页面显示的不一致，请核对"

#: Doubts about what was read, which another witness of the same value can lift; the others are about the form itself.
OF_READING: Final = frozenset(
    {
        NOT_TWICE,
        UNCLEAR,
        LOOK_ALIKES,
        GUESSED,
        NUMBER,
        BY_HAND,
        PLACE,
        NO_NUMBER,
        NO_SURNAME,
        RING,
        CUT_ADDRESS,
        STREAKED,
    }
)


def joined(doubts: Iterable[str | None]) -> str | None:
    """Several doubts about one value as one text, each once; None where there is none."""
    return "；".join(dict.fromkeys(filter(None, doubts))) or None
