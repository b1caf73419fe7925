"""Ways to read a page: this software, and what else one would install. Every page is read in a process of its own."""

from __future__ import annotations

import io
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

from bench.pages import BenchPage
from bench.scoring import Scored, plain, score
from pipeline.domain.message import Media
from pipeline.extract.ocr.readers import Engines
from pipeline.profile.schema import Profile
from samples.truth import FileTruth

PROFILE: Final = "langfang-2018"
#: What one would give to an OCR program.
PICTURES: Final = frozenset({Media.JPEG, Media.PNG, Media.TIFF})
T = TypeVar("T")
_Reader = Callable[[bytes], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What reading one page gave: CPU seconds, and the most memory of the process (or of one it called) that read it.

    `found` is the share of text values of a form that stand whole in the page's text.
    """

    channel: str
    seconds: float
    peak_mb: float
    found: float | None
    scored: tuple[Scored, ...] = field(default=(), repr=False)


def ours(pages: Sequence[BenchPage], engines: Engines | None = None) -> Iterator[Read]:
    """As the software does it: each page in a process of its own, forked from one that has loaded and warmed everything.

    With `engines`, which work in another process, here; then seconds and memory mean nothing.
    """
    from pipeline.profile.load import load_profile

    if engines is not None:
        profile = load_profile(PROFILE)
        yield from (_read(page, profile, engines) for page in pages)
        return
    profile, loaded = prepared()
    for page in pages:
        yield in_child(partial(_read, page, profile, loaded))


@cache
def prepared() -> tuple[Profile, Engines]:
    """All that a reading process of the software has loaded before it forks (`pipeline.reading.jobs`): code, tables, and engines
    that have met the usual shapes."""
    from pipeline.extract.engines import load_engines
    from pipeline.extract.tables import load_tables
    from pipeline.profile.load import load_profile
    from pipeline.sandbox.preparation import keep_for_good

    import_module("pipeline.reading.jobs")
    profile = load_profile(PROFILE)
    load_tables(profile)
    engines = load_engines()
    for _ in engines.warm_up():
        pass
    keep_for_good()
    return profile, engines


def _read(page: BenchPage, profile: Profile, engines: Engines) -> Read:
    from pipeline.extract.document import read_document

    began = _cpu()
    reading = read_document(page.content, page.media, name="page", profile=profile, engines=engines)
    seconds = _cpu() - began
    values = tuple(score(reading, page.truth))
    text = "".join(str(item.field.value) for item in values if item.field is not None)
    return Read(channel=page.channel, seconds=seconds, peak_mb=peak_mb(), found=_found(text, page.truth), scored=values)


def in_child(task: Callable[[], T]) -> T:
    """What it gives in a fork of this process."""
    forking = multiprocessing.get_context("fork")
    receiving, sending = forking.Pipe(duplex=False)
    child = forking.Process(target=lambda: sending.send(task()))
    child.start()
    sending.close()
    try:
        answer: T = receiving.recv()
    finally:
        child.join()
    return answer


def rapidocr(pages: Sequence[BenchPage]) -> Iterator[Read]:
    """RapidOCR as `pip install rapidocr` gives it, whole pages; neither loading it nor its first page is counted."""

    def start() -> _Reader:
        from rapidocr import RapidOCR

        engine: Any = RapidOCR(params={"Global.log_level": "critical"})
        engine(next(page.content for page in pages if page.media in PICTURES))
        return lambda content: "".join(engine(content).txts or ())

    return _whole_pages(pages, start)


def tesseract(pages: Sequence[BenchPage]) -> Iterator[Read]:
    """Tesseract, whole pages, simplified Chinese."""

    def start() -> _Reader:
        import pytesseract
        from PIL import Image

        options = {"lang": "chi_sim", "config": "--psm 3"}
        return lambda content: str(pytesseract.image_to_string(Image.open(io.BytesIO(content)), **options))

    return _whole_pages(pages, start)


def ocrmypdf(pages: Sequence[BenchPage]) -> Iterator[Read]:
    """OCRmyPDF with deskew and rotation, one job. What it refuses has no text."""

    def read(content: bytes) -> str:
        with tempfile.TemporaryDirectory() as place:
            picture, text = Path(place) / "page.jpg", Path(place) / "page.txt"
            picture.write_bytes(content)
            options = ("-l", "chi_sim", "--deskew", "--rotate-pages", "--jobs", "1", "--image-dpi", "200")
            command = ("ocrmypdf", "--quiet", *options, "--sidecar", text, picture, Path(place) / "out.pdf")
            subprocess.run(command, check=False, capture_output=True)
            return text.read_text(encoding="utf-8") if text.is_file() else ""

    return _whole_pages(pages, lambda: read)


CONTENDERS: Final[dict[str, Callable[[Sequence[BenchPage]], Iterator[Read]]]] = {
    "ours": ours,
    "rapidocr": rapidocr,
    "tesseract": tesseract,
    "ocrmypdf": ocrmypdf,
}


def is_here(name: str) -> bool:
    """Whether it is installed; only OCRmyPDF may be missing."""
    return name != "ocrmypdf" or shutil.which(name) is not None


def _whole_pages(pages: Sequence[BenchPage], start: Callable[[], _Reader]) -> Iterator[Read]:
    """Pictures only: nobody reads a Word file or a PDF with text by OCR."""
    for page in pages:
        if page.media in PICTURES:
            yield in_child(partial(_read_whole, page, start))


def _read_whole(page: BenchPage, start: Callable[[], _Reader]) -> Read:
    read = start()
    began = _cpu()
    text = read(page.content)
    seconds = _cpu() - began
    return Read(channel=page.channel, seconds=seconds, peak_mb=peak_mb(), found=_found(text, page.truth))


def _found(text: str, truth: FileTruth) -> float | None:
    values = [str(plain(value)) for form in truth.forms for value in form.fields.values() if isinstance(value, str)]
    read = str(plain(text))
    return sum(value in read for value in values) / len(values) if values else None


def _cpu() -> float:
    """CPU seconds of this process and of the programs it has run."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """The most memory that this process or one it has waited for ever had."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return max(own.ru_maxrss, children.ru_maxrss) / unit
