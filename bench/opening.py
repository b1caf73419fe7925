"""How long a case takes to open in the browser, on an empty SQLite store. Run by `make bench`.

From the request of the page to the moment its keys work; the pictures of the originals come after that.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from pipeline.profile.load import load_profile
from pipeline.sandbox.pool import Jail
from pipeline.store.store import open_store
from tests.browsers import CHROMIUM, FLAGS
from tests.review.cases import four_doubts
from tests.review.conftest import DESK
from tests.review.site import PASSWORD, Clock, add_people, make_parts, serving

RUNS = 15
CITY = "langfang-2018"


def open_times_ms(page: Page, url: str, case_id: str) -> list[float]:
    """Milliseconds of each run; the first, which fills the browser's cache, is not counted."""
    times: list[float] = []
    for _ in range(RUNS + 1):
        page.goto(url)
        page.goto(f"{url}/case/{case_id}")
        page.locator("main[data-ready]").wait_for()
        times.append(float(page.evaluate("performance.now()")))
    return times[1:]


def log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.fill("input[name=login]", "liumin")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")


def main() -> None:
    """One line."""
    profile, clock = load_profile(CITY), Clock()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:///{folder}/beian.sqlite3", data_dir=Path(folder)) as store,
        Jail("pipeline.reading.jobs", [CITY], processes=1, wall_seconds=60, memory_bytes=3 << 30) as jail,
        serving(make_parts(store, profile, clock, jail)) as url,
        sync_playwright() as driver,
    ):
        add_people(store)
        case_id = four_doubts(store, profile)
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        page = browser.new_page(viewport=DESK)
        log_in(page, url)
        times = open_times_ms(page, url, case_id)
        browser.close()
    print(f"a case opens in {median(times):,.0f} ms (median of {RUNS}; slowest {max(times):,.0f}; wanted: 800 at most)")


if __name__ == "__main__":
    main()
