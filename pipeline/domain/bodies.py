"""What a credit code says of its holder beyond its check digits: the kind of body, and its organisation code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.identifiers import BodyKind, check_credit_code, check_organisation_code, plain_code

#: What the kinds of bodies are called.
BODY_NAMES: Final[Mapping[BodyKind, str]] = {
    BodyKind.ORGAN: "机关",
    BodyKind.INSTITUTION: "事业单位",
    BodyKind.SOCIETY: "社会团体",
    BodyKind.PRIVATE_NON_ENTERPRISE: "民办非企业单位",
    BodyKind.FOUNDATION: "基金会",
    BodyKind.VILLAGERS_COMMITTEE: "基层群众性自治组织",
    BodyKind.ENTERPRISE: "企业",
    BodyKind.INDIVIDUAL_BUSINESS: "个体工商户",
    BodyKind.COOPERATIVE: "农民专业合作社",
    BodyKind.RURAL_COLLECTIVE: "农村集体经济组织",
    BodyKind.OTHER: "其他组织",
}


def code_prefix(text: str) -> str:
    """The first characters of a credit code that tell the kind of body: N, or two."""
    code = plain_code(text)
    return code[:1] if code.startswith("N") else code[:2]


def organisation_part(text: str) -> str | None:
    """The organisation code that a number gives a body: the number itself, or characters 9 to 17 of a credit code.

    None for what is neither, or fails its check digit.
    """
    code = plain_code(text)
    if check_credit_code(code).ok:
        return code[8:17]
    return code.replace("-", "") if check_organisation_code(code).ok else None
