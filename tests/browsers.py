"""The browser that pages are looked at with: Debian's Chromium without its windows, one for a test process.

Its shell for pages alone: each tab of its own profile costs the whole browser 0.9 s of a processor before it shows
anything, the shell 0.3 s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has an address; whoever asks for another is noted.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start it; close it at the end. Fails the test where it is not installed."""
    if not CHROMIUM.exists():
        pytest.fail("these tests need Debian's package chromium-headless-shell: `make setup-test`")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()
