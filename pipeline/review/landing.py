"""Where a login leads: to the page that was asked for before it, or to the first page of the role.

What was asked for comes back through the browser, so that anybody may have written it into a link. It is followed only as a plain
path of this server: one slash, then words; no host, no scheme, no backslash can be made of what it may hold.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

LOGIN: Final = "/login"
_MOST_CHARACTERS: Final = 600
_OWN_PAGE: Final = re.compile(r"/(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?(?:\?[A-Za-z0-9_=&%.+-]*)?")


def login_address(path: str, query: str) -> str:
    """The login page for somebody who asked for this page without being logged in."""
    wanted = own_page(f"{path}?{query}" if query else path)
    return LOGIN if wanted in ("", "/") else f"{LOGIN}?{urlencode({'to': wanted})}"


def own_page(address: str) -> str:
    """The address where it is one of this server's, else nothing. The login page itself is none: it leads nowhere."""
    is_own = len(address) <= _MOST_CHARACTERS and _OWN_PAGE.fullmatch(address) is not None
    return address if is_own and address.partition("?")[0] != LOGIN else ""
