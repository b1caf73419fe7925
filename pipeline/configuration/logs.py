"""Structured logs on standard error: coloured lines on a terminal, JSON Lines elsewhere.

A log line carries ids, counts, codes and durations; never a field's value, a name, a subject, an
address of a sender or a credential. `path` is the pattern of an address of the pages, `login` and `client` are an officer's
and his machine's. Only the keys listed here pass; anything else is dropped, so
that a careless call cannot leak.
"""

from __future__ import annotations

import logging
import sys
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception_class", "where",
        "mailbox", "folder", "uidvalidity", "uid", "message", "case", "case_number", "office", "worker", "job",
        "problem", "listed", "new", "refused", "waiting", "registered", "review", "ignored", "cases", "documents", "codes",
        "seconds", "attempt", "attempts", "retry_seconds", "category", "error_class", "count", "processes", "pid", "signal",
        "alarm", "media", "outcome", "port", "url_scheme", "profile", "version",
        "path", "status", "kind", "at", "login", "client",
    }
)  # fmt: skip


def _only_allowed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    del logger, method
    return {key: value for key, value in event.items() if key in ALLOWED}


def _foreign_message(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A library's own text may quote what it was given; keep who spoke and the kind of error only."""
    del logger, method
    if event.get("_from_structlog") is False:
        record: logging.LogRecord = event["_record"]
        event["event"] = f"{record.name}: message withheld"
        event["where"] = f"{record.module}:{record.lineno}"
    return event


def _exception_class(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tracebacks hold values; the class and the place are enough to find the line."""
    del logger, method
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception_class"] = type(error).__qualname__
        event["where"] = _place_of(error)
    return event


def _place_of(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is now: a progress bar puts itself in between and keeps the lines whole."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure_logs(*, verbose: bool = False, quiet: bool = False) -> None:
    """Set up logging for a command.

    Libraries speak from WARNING on; ours from INFO, from DEBUG when `verbose`, from ERROR when `quiet`.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_class,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            _foreign_message,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _only_allowed,
            renderer,
        ],
    )
    handler = _StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    level = logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO
    logging.getLogger("pipeline").setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
