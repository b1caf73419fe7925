"""What words in a signature's cell say: somebody's name, the form's own sentence, or what nobody can tell.

Forms ask for a signature in many words (本人承诺…, 如有不实愿承担责任, 加盖单位公章), and people type there what is none either
(同意, 待补, 见附件). Any two letters beside the notice's own sentence passed for a signature; a name or a body's name is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from pipeline.domain.spelling import MAX_TEXT, normalise, squash
from pipeline.extract.surnames import begins_with_surname

#: Words printed in or typed round a signature's place, longer ones first.
_SIGNATURE_WORDS: Final = re.compile(
    "个人|账号所有人|帐号所有人|账号管理员|管理员|法定代表人|法人代表|代表人|负责人|申请人|填表人|填报人|经办人|备案人|承诺人|责任人|签名人|本人|"
    "单位|签名|签字|签章|盖章|公章|印章|手写|手印|确认|日期|时间|年月日|年|月|日|或|及|和|章|处|加盖|并"
)
#: Of which the sentences over a signature's place are made, in whatever wording, and what one is asked to do there.
_PROMISE: Final = re.compile(
    "信息|真实|有效|承诺|保证|声明|责任|属实|准确|完整|合法|虚假|不实|隐瞒|以上|上述|填写|填报|提供|内容|材料|愿意|承担|法律|"
    "签名|签字|签章|盖章|公章|印章|手写|手印|确认|单位|负责|法人|代表|日期|时间|此处|扫描|上传|打印|须|请"
)
_REMARK: Final = re.compile(r"\s{0,40}(?:备注|附注|注|填表说明|说明)\s{0,9}[:：]")
_DATE: Final = re.compile(r"[0-9Xx×〇零一二三四五六七八九十]{1,4}(?=[年月日])")
#: Words that begin as surnames do.
_NO_NAME: Final = re.compile("符合|相符|查验|核对|原件|齐全|通过|明确|全部|时限|和本|于此")
_DIGITS: Final = re.compile(r"[0-9]+")
#: How the names of bodies end.
_BODY: Final = re.compile(
    r"(?![本我以如请若])\w{2,40}(?:公司|集团|厂|商店|商行|超市|药店|饭店|酒店|宾馆|工作室|中心|合作社|[村居]委会|委员会|村|社区|政府|办公室|"
    r"[\w部党区市县]委|局|学校|大学|学院|中学|小学|幼儿园|医院|卫生[院所室]|诊所|银行|信用社|事务所|研究[院所]|协会|学会|商会|联合会|基金会|"
    r"服务[部站社]|经营部|经销部|营业部|支队|大队|电视台|广播电台|报社|杂志社|图书馆|文化馆|博物馆)"
)
_LONGEST_NAME: Final = 4
#: Letters of a text that cannot have been read so by chance, and of what is a sentence.
_WORDED: Final = 4
_SENTENCE: Final = 5


def signed_by(text: str, boilerplate: Iterable[str], known: Collection[str] = ()) -> bool | None:
    """True for a name or a body; False for nothing but the form's sentences and dates; None for other words.

    `known` are squashed texts of the form's other cells: who is named there may sign, however the name looks.
    """
    sentences = sorted({squash(item) for item in boilerplate}, key=len, reverse=True)
    pieces = [piece for line in text[:MAX_TEXT].splitlines() for piece in _pieces(line, sentences)]
    if any(_is_name(piece, known) or _is_name(bare_of_words(piece), known) for piece in pieces):
        return True
    if known and _names_known(text, sentences, known):
        return True
    return None if any(_says_more(piece) for piece in pieces) else False


def _names_known(text: str, sentences: Iterable[str], known: Collection[str]) -> bool:
    """Whether a line, or all that is no sentence of the form's, is what another cell says with no more than the words of such a
    place: a name falls into pieces at its brackets, and where it wraps."""
    bare = {bare_of_words(words) for words in known}
    lines = [squash(line) for line in text[:MAX_TEXT].splitlines()]
    whole = "".join(lines)
    for words in sentences:
        whole = whole.replace(words, "") if len(words) >= _SENTENCE else whole
    return any(len(line) >= _WORDED and line in bare for line in map(bare_of_words, (*lines, whole)))


def names_in(text: str) -> tuple[str, ...]:
    """Who may be named in a signature's line, without what is printed round it: 签名：张三 2018年3月1日."""
    bare = (bare_of_words(piece) for piece in _pieces(text[:MAX_TEXT], ()))
    return tuple(squash(name) for name in bare if name)


def bare_of_words(piece: str) -> str:
    """What is left of some words without what is printed round a signature's place."""
    return _SIGNATURE_WORDS.sub("", _DIGITS.sub("", _DATE.sub("", piece)))


def is_wording(text: str, boilerplate: Iterable[str]) -> bool:
    """Whether a text is of a form's own words: nobody's handwriting is misread as 签字盖章处."""
    return sum(map(str.isalpha, text)) >= _WORDED and signed_by(text, boilerplate) is False


def wording_end(text: str, boilerplate: Iterable[str]) -> int:
    """Up to where a line is the form's sentence: behind it a name may follow, of which a reader made a character or two."""
    ends = [text.rfind(words) + len(words) for words in boilerplate if len(words) >= _SENTENCE and words in text]
    end = max(ends, default=len(text))
    rest = bare_of_words(squash(text[end:]))
    return end if any(map(str.isalpha, rest)) and not _PROMISE.search(rest) else len(text)


def _pieces(line: str, sentences: Iterable[str]) -> list[str]:
    """A line's words between its marks; the dot within a name is none of them. A remark has none."""
    if _REMARK.match(line):
        return []
    rest = "".join(normalise(line).split())
    for words in sentences:
        rest = rest.replace(words, "\n") if words else rest
    return [piece for piece in re.split(r"[^\w·•]+", rest) if piece]


def _is_name(piece: str, known: Collection[str]) -> bool:
    if len(piece) > 1 and squash(piece) in known:
        return True
    letters = "".join(c for c in piece if unicodedata.category(c)[0] == "L")
    if _BODY.fullmatch(letters):
        return True
    if letters != piece.replace("·", "").replace("•", "") or letters.isascii():
        return False
    begins = _SIGNATURE_WORDS.match(piece)
    if (begins is not None and len(begins[0]) > 1) or _PROMISE.search(piece) or _NO_NAME.search(piece):
        return False
    dotted = len(letters) < len(piece)
    return dotted or (2 <= len(letters) <= _LONGEST_NAME and begins_with_surname(letters))


def _says_more(piece: str) -> bool:
    letters = [c for c in bare_of_words(piece) if unicodedata.category(c)[0] == "L"]
    return len(letters) >= 2 and not _PROMISE.search(piece)
