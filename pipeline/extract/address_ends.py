"""How addresses end and begin: one that ends otherwise may have lost its second line, or what stood behind a wall that is none."""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.extract.doubts import CUT_ADDRESS

_ENDS: Final = re.compile(
    "(?:[0-9A-Za-z)/号室层楼栋幢座户组队社村庄屯营寨城镇乡区市县旗街路道巷胡同弄里口桥园苑厦场院馆店铺厅站所校厂司部行府处门侧"
    "边旁内外中南北东西面段角心寓墅堡台沟店房屋库棚间户寺坊]|[小中大]学|单元|宿舍|[居村]?委会|委员会|[0-9][排米]|[0-9一二三四五六]期|"
    "楼[上下]|对过|附近|[邮分]局)$"
)


#: No province has a name of one character: 北省 has lost its first one, over which a label was printed.
_HEADLESS: Final = re.compile("^.省")


def find_address_doubt(value: str) -> str | None:
    """What is wrong with an address without blanks: it ends or begins as none does, or is a number (1994, of a page that lay
    aslant). None where nothing is."""
    value = normalise(value)
    return None if _ENDS.search(value) and not value.isdecimal() and not _HEADLESS.match(value) else CUT_ADDRESS
