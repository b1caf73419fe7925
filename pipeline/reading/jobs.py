"""What runs inside the sandbox: taking mails apart, reading files, and drawing what is shown of them.

`load_jobs` is called once in the parent of all reading processes, which then forks one child for each document.
The engines, which take seconds to load, are loaded there too, but only when the first picture is to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pipeline.domain.document import DocumentReading
from pipeline.domain.finding import Finding
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.engines import load_engines
from pipeline.extract.grid.word_libreoffice import (
    NetworkOpenError,
    NotConvertedError,
    OfficeMissingError,
    convert_to_docx,
)
from pipeline.extract.ocr.readers import Engines, EnginesNeededError
from pipeline.extract.tables import load_tables
from pipeline.ingest import details
from pipeline.ingest.limits import DEFAULT_LIMITS
from pipeline.ingest.part_kinds import CONVERTED, READABLE
from pipeline.ingest.sniff import is_encrypted_office, sniff
from pipeline.ingest.unpack import unpack_mail, warm_up
from pipeline.pictures.document_grid import show_grid
from pipeline.pictures.overlay import draw_overlay
from pipeline.pictures.overlay_requests import OverlayRequest
from pipeline.pictures.page_source import THREADED
from pipeline.pictures.requests import GridRequest, ShowRequest
from pipeline.pictures.show import show_page
from pipeline.pictures.watermark import Pen, load_pen
from pipeline.profile.load import load_profile
from pipeline.profile.schema import Profile
from pipeline.reading.job_requests import (
    ConversionTrouble,
    ConvertAnswer,
    ConvertRequest,
    Need,
    ReadAnswer,
    ReadRequest,
    UnpackRequest,
)
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.job import Job


def load_jobs(arguments: Sequence[str]) -> Mapping[str, Job]:
    """The jobs for one profile, whose name or path is the only argument."""
    (profile_name,) = arguments
    warm_up()
    profile = load_profile(profile_name)
    load_tables(profile)
    pictures = _PictureReader(profile)
    # The decoder of HEIC starts threads, and so does, where `tesserocr` does not install, the second reader a program;
    # a child that may start no programs may start no threads either.
    reading = Job(run=pictures.read, may_exec=True, prepare=pictures.prepare)
    pen = load_pen()
    return {
        "unpack": Job(run=_unpack),
        "read": Job(run=partial(_read, profile, None)),
        "read_pictures": reading,
        "convert": Job(run=_convert, may_exec=True),
        "show": Job(run=partial(_show, pen)),
        "show_heic": Job(run=partial(_show, pen), may_exec=True),
        "grid": Job(run=partial(_grid, profile)),
        "overlay": Job(run=partial(_overlay, pen, threads=False)),
        "overlay_threaded": Job(run=partial(_overlay, pen, threads=True), may_exec=True),
    }


class _PictureReader:
    """Reads with the engines, once they are loaded."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._engines: Engines | None = None

    def prepare(self) -> Iterator[None]:
        """Load them; then, step by step, make them faster."""
        self._engines = load_engines()
        yield
        yield from self._engines.warm_up()

    def read(self, header: bytes, content: bytes) -> JobReply:
        """As `_read`; never asks for engines."""
        return _read(self._profile, self._engines, header, content)


def _unpack(header: bytes, content: bytes) -> JobReply:
    """The submission as the record, its attachments' bytes beside it."""
    request = UnpackRequest.model_validate_json(header)
    limits = replace(DEFAULT_LIMITS, archives=request.archives)
    submission = unpack_mail(content, sha256=request.sha256, limits=limits)
    blobs = tuple(item.content for item in submission.attachments)
    bare = tuple(item.model_copy(update={"content": b""}) for item in submission.attachments)
    record = submission.model_copy(update={"attachments": bare}).model_dump_json().encode()
    return JobReply(record_json=record, blobs=blobs)


def _read(profile: Profile, engines: Engines | None, header: bytes, content: bytes) -> JobReply:
    """The reading, or what the file needs (`ReadAnswer`)."""
    request = ReadRequest.model_validate_json(header)
    media = request.media or sniff(content)
    answer = _answer(profile, engines, content, request.model_copy(update={"media": media}))
    return JobReply(record_json=answer.model_dump_json().encode())


def _answer(profile: Profile, engines: Engines | None, content: bytes, request: ReadRequest) -> ReadAnswer:
    media = request.media or Media.UNKNOWN
    if media in CONVERTED:
        return ReadAnswer(needs=Need.CONVERSION, media=media)
    trouble = _find_trouble(content, media, request.name)
    if trouble is not None:
        return ReadAnswer(reading=DocumentReading(engine="none", findings=(trouble,)))
    try:
        reading = read_document(
            content, media, name=request.name, profile=profile, engines=engines, seconds=request.seconds
        )
    except EnginesNeededError:
        return ReadAnswer(needs=Need.ENGINES, media=media)
    return ReadAnswer(reading=reading)


def _convert(header: bytes, content: bytes) -> JobReply:
    """The file as a DOCX beside a `ConvertAnswer`."""
    request = ConvertRequest.model_validate_json(header)
    blobs: tuple[bytes, ...] = ()
    answer = ConvertAnswer()
    try:
        blobs = (convert_to_docx(content, request.media or sniff(content)),)
    except (OfficeMissingError, NetworkOpenError):
        answer = ConvertAnswer(trouble=ConversionTrouble.MISSING)
    except NotConvertedError:
        answer = ConvertAnswer(trouble=ConversionTrouble.UNREADABLE)
    return JobReply(record_json=answer.model_dump_json().encode(), blobs=blobs)


def _show(pen: Pen, header: bytes, content: bytes) -> JobReply:
    answer, picture = show_page(content, ShowRequest.model_validate_json(header), pen)
    return JobReply(record_json=answer.model_dump_json().encode(), blobs=(picture,))


def _grid(profile: Profile, header: bytes, content: bytes) -> JobReply:
    request = GridRequest.model_validate_json(header)
    answer = show_grid(content, request.media, profile, masked=request.masked)
    return JobReply(record_json=answer.model_dump_json().encode())


def _overlay(pen: Pen, header: bytes, content: bytes, *, threads: bool) -> JobReply:
    """The picture beside its answer; null for a file whose decoder needs threads where there are none."""
    media = sniff(content)
    if media in THREADED and not threads:
        return JobReply(record_json=b"null")
    answer, picture = draw_overlay(content, media, OverlayRequest.model_validate_json(header), pen)
    return JobReply(record_json=answer.model_dump_json().encode(), blobs=(picture,))


def _find_trouble(content: bytes, media: Media, name: str) -> Finding | None:
    """Why a file cannot be read at all, in the words that are used for a mail's attachment; None when it can."""
    if media is Media.EMPTY:
        return details.empty(name)
    if media is Media.OLE and is_encrypted_office(content):
        return details.encrypted(name)
    return None if media in READABLE or media is Media.HTML else details.unsupported(name, media)
