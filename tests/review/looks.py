"""Looks at a page as everybody would: in light and dark, on a desk's screen and on a phone in portrait."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.review.conftest import DESK, shot

PHONE: Final = {"width": 390, "height": 844}
_RULES: Final = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
#: What another colour scheme can spoil; everything else is the same in both.
_COLOURS: Final = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def look_at(page: Page, name: str, *, phone: bool = True) -> None:
    """No accessibility fault (WCAG 2.1 A and AA) in light and dark, and nothing that has to be scrolled to sideways."""
    page.emulate_media(color_scheme="light")
    assert _faults(page, _RULES) == [], name
    assert _width(page) <= DESK["width"], name
    shot(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    assert _faults(page, _COLOURS) == [], f"{name}, dark"
    shot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")
    if phone:
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert _width(page) <= PHONE["width"], f"{name} on a phone"
        shot(page, f"{name}-phone")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]


def _width(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def _faults(page: Page, rules: dict[str, Any]) -> list[tuple[str, list[str]]]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("(only) => axe.run({ runOnly: only, resultTypes: ['violations'] })", rules)["violations"]
    return [(item["id"], [node["html"][:200] for node in item["nodes"]]) for item in found]
