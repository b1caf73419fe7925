"""What people leave or write around a value: a line to write on, hints and examples, a remark, the same or another value.

A file that carries its text is believed as it stands, so that what is not the value has to be told from it here. What is no more
than a line to write on goes; of everything else the value is offered, and asked about.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.spelling import normalise, squash
from pipeline.extract.surnames import begins_with_surname
from pipeline.profile.form import FieldKind

HINTED: Final = "此栏留有填写提示或示例，请核对"
REMARKED: Final = "姓名旁另有文字，请核对"
REPEATED: Final = "此栏同一内容写了两遍，请核对"
UNDERLINED: Final = "微信号末尾的下划线可能是填写用的横线，请核对"
LONG_NAME: Final = "姓名较长，可能是单位名称或不止一个人，请核对"
SHORT_NAME: Final = "姓名只有一个字，请核对"
BROKEN: Final = "此栏内容分在几行，可能不是一个，请核对"

#: Lines that only say how to fill in, or begin an example.
_HINT_LINE: Final = re.compile(
    r"[\s_]{0,40}(?:(?:填写|填表|填报)(?:说明|须知|要求|提示|示例)|(?:例如?|示例|样例|范例|比如)\s{0,3}[:：])"
)
#: The same in brackets, before, behind or instead of a value.
_HINT_BRACKET: Final = re.compile(
    r"[(（【\[]\s{0,3}(?:(?:例如?|示例|样例|如|比如)\s{0,3}[:：][^()（）【】\[\]\n]{0,60}"
    r"|[^()（）【】\[\]\n]{0,20}(?:填写|填报|必填|选填|不超过|字以内|全称)[^()（）【】\[\]\n]{0,20}"
    r"|[应须需]?[与同和][^()（）【】\[\]\n]{1,12}(?:一致|相同))\s{0,3}[)）】\]]"
)
#: Within a sentence it is one that explains.
_EXAMPLE: Final = re.compile(r"(?:例如|示例)\s{0,3}[:：]")
#: So often nobody says a thing.
_OFTEN: Final = 3
_AGAIN: Final = re.compile(r"(?P<once>.{2,40}?)(?P=once){2,}")
_LONGEST_AGAIN: Final = 200
_WORDS: Final = frozenset({FieldKind.TEXT, FieldKind.PERSON_NAME})
_NAME_NOTE: Final = re.compile(r"(?P<name>[^()（）]{2,40}?)\s{0,3}[(（][^()（）]{1,20}[)）]")
_IN_BRACKETS: Final = re.compile(
    r"[(（【〔\[「『《〈<“\"](?P<name>[^()（）【】〔〕\[\]「」『』《》〈〉<>“”\"]{2,40})[)）】〕\]」』》〉>”\"]"
)
#: What a list, a remark without brackets or a sign sets behind a name: 唐园，男; 唐园/运营部; 唐园★.
_ASIDE: Final = re.compile(r"(?P<name>[\u3400-\u9fff·]{2,40})\s{0,3}[,;、/|*#@★☆].{0,40}")
_TITLES: Final = ("先生", "女士", "小姐", "同志")
#: What people are called by their work, behind a name or a surname (孔小桂主任, 李老师).
_POSTS: Final = re.compile(
    r"(?P<name>\S{1,39}?)(?:总?经理|主任|老师|老板|[校局科处部所站院队会]长|书记|主编|编辑|会计|律师|医生|干事|专员|总监|总)"
)
#: 法人：…, 个人：…, and what else stands before a colon.
_HEADED: Final = re.compile(r"[^:]{1,10}: ?(?P<name>[^:]{2,40})")
_CODE: Final = re.compile(r"(?:信用|机构)代码.{0,3}[0-9A-Z]{8}|(?:注册|执照)号.{0,3}[0-9]{8}")
CODED: Final = "此栏另有代码或证号，请核对"
_SEXES: Final = ("男", "女")
_TITLE: Final = re.compile(rf"(?P<name>\S.{{1,38}}?)\s{{0,3}}(?:{'|'.join(_TITLES)})")
_WITH_MORE: Final = (_NAME_NOTE, _TITLE, _IN_BRACKETS, _ASIDE, _HEADED)
#: What points at another place of the form in words that are not known, and is nobody's name.
_REFERRING: Final = ("同", "与", "和上", "如", "见", "即", "参见")
#: Whoever has a longer name has a dot in it, or is asked about.
_LONG_NAME: Final = re.compile(r"[\u3400-\u9fff]{5,}")
_FULL_NAME: Final = re.compile(r"[\u3400-\u9fff]{2,4}")
_WECHAT_ID: Final = re.compile(r"[A-Za-z][-_A-Za-z0-9]{5,19}|1[0-9]{10}")
_LONGEST_WECHAT_ID: Final = 20
_JOINED_BY: Final = re.compile(r"(?P<one>[\u3400-\u9fff]{2,3})[和与及、,;](?P<other>[\u3400-\u9fff]{2,3})")
_LINE: Final = re.compile(r"(?P<before>_*)\s*(?P<value>.*?)\s*(?P<after>_*)", re.DOTALL)
#: Fewer underscores behind a value with none before it may be its own.
_LONG_LINE: Final = 3
#: One before a WeChat ID may be somebody's mistake.
_SOME: Final = 2


def without_hints(text: str, kind: FieldKind) -> tuple[str, str | None]:
    """The text without hints and examples, and what to ask about where they may be more than that: beside numbers, a hint without
    any of its own is none."""
    kept = "\n".join(line for line in text.splitlines() if not _HINT_LINE.match(line))
    rest = _HINT_BRACKET.sub("", kept)
    if squash(rest) == squash(text):
        return text, HINTED if _EXAMPLE.search(text) else None
    gone = squash(text).replace(squash(rest), "")
    return rest, HINTED if kind in _WORDS or kept != text or any(map(str.isalnum, _latin(gone))) else None


def _latin(text: str) -> str:
    return "".join(character for character in text if character.isascii())


def said_once(text: str) -> tuple[str, str | None]:
    """One of two lines that say the same, and the first of what stands there three times or more: LibreOffice writes a content
    control into a .doc four times."""
    lines = [line for line in text.splitlines() if line.strip()]
    first = squash(lines[0]) if lines else ""
    if len(lines) == 2 and len(first) > 1 and first == squash(lines[1]):
        return lines[0], REPEATED
    if len(lines) > 1 and len(first) > 1 and _fills(first, squash(text)):
        return lines[0], REPEATED
    again = _AGAIN.fullmatch("".join(text.split())) if len(text) <= _LONGEST_AGAIN else None
    worded = again is not None and len(set(again["once"])) > 1 and any(map(str.isalpha, again["once"]))
    return (again["once"], REPEATED) if again is not None and worded else (text, None)


def _fills(part: str, whole: str) -> bool:
    """Whether a text is for the most part one thing said again and again."""
    times = whole.count(part)
    return times >= _OFTEN and 2 * times * len(part) > len(whole)


def off_the_line(plain: str, kind: FieldKind) -> tuple[str, str | None]:
    """The value without the underscores that make the line it was typed on (____晨报____).

    Of a WeChat ID only those before it are surely none of its own.
    """
    found = _LINE.fullmatch(plain)
    if found is None or not (found["before"] or found["after"]):
        return plain, None
    if kind is FieldKind.WECHAT_ID:
        if len(found["before"]) < _SOME:
            return plain, None
        return found["value"], UNDERLINED if found["after"] else None
    if not found["before"] and len(found["after"]) < _LONG_LINE:
        return plain, None
    return found["value"], None


def bare_name(plain: str) -> tuple[str, str | None]:
    """A person's name without a remark (主任) or a form of address behind it, or brackets round it; and what to ask about.

    No name holds a digit or is a single character: the other stood in a line of its own, or 无 stands there.
    """
    found = next((match for form in _WITH_MORE if (match := form.fullmatch(plain))), None)
    if found:
        return found["name"], REMARKED
    post = _POSTS.fullmatch(plain)
    if post:
        return post["name"] if len(post["name"]) > 1 else plain, REMARKED
    if any(map(str.isdigit, plain)):
        return plain, REMARKED
    if len(squash(plain)) == 1:
        return plain, SHORT_NAME
    if plain.startswith(_REFERRING) and not begins_with_surname(plain):
        return plain, REMARKED
    return plain, LONG_NAME if _LONG_NAME.fullmatch(plain) else None


def without_sex(text: str) -> str | None:
    """The name before 男 or 女, where that stands apart from a name that is not set wide itself."""
    parts = normalise(text).split()
    apart = len(parts) > 1 and parts[-1] in _SEXES and any(len(part) > 1 for part in parts[:-1])
    return "".join(parts[:-1]) if apart else None


def several_names(text: str) -> tuple[str, ...]:
    """The names where there are surely several: whole ones apart from each other (张三丰 李小满), not a name set wide."""
    parts = [part for part in normalise(text).split() if part not in _TITLES]
    if len(parts) > 1 and all(_FULL_NAME.fullmatch(part) for part in parts):
        return tuple(dict.fromkeys(parts))
    joined = _JOINED_BY.fullmatch("".join(parts))
    return (joined["one"], joined["other"]) if joined else ()


def several_wechat_ids(text: str) -> tuple[tuple[str, ...], str | None]:
    """The IDs where several stand apart in a line. In two lines it may be one ID that wrapped, if that is not too long: then
    there is a doubt instead."""
    lines = [normalise(line).split() for line in text.splitlines() if line.strip()]
    parts = [part for line in lines for part in line]
    if len(parts) < 2 or not all(_WECHAT_ID.fullmatch(part) for part in parts):
        return (), None
    wrapped = all(len(line) == 1 for line in lines) and sum(map(len, parts)) <= _LONGEST_WECHAT_ID
    if wrapped and all(part[-1] in "-_" for part in parts[:-1]):
        return (), None  # programs break lines behind these
    return ((), BROKEN) if wrapped else (tuple(dict.fromkeys(parts)), None)


def holds_code(text: str) -> bool:
    """Whether a number of a register stands beside a text."""
    return _CODE.search(normalise(text)) is not None


def is_broken_number(text: str) -> bool:
    """Whether a number goes on in another line, or another begins there."""
    lines = [normalise(line) for line in text.splitlines()]
    return sum(any(map(str.isdigit, line)) for line in lines) > 1
