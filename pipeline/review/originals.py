"""The originals of a case: pictures of pages, a Word file's tables, the mail's text. Nothing comes as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.responses import HTMLResponse, Response

from pipeline.desk.evidence import ShownFile, Viewer
from pipeline.pictures.trouble import NotShownError
from pipeline.review.call import Call, path_number
from pipeline.review.refusal import RefusalError
from pipeline.review.rendering import render
from pipeline.review.revealing import is_revealed
from pipeline.sandbox.errors import JailError
from pipeline.store.errors import ArchiveDamagedError, ArchiveMissingError

_NO_MAIL: Final = "原邮件的存档缺失或损坏，不能显示，请告知管理员。"
_NO_JAIL: Final = "图像服务暂时不能使用，请稍后重试。"


def show_page(call: Call) -> Response:
    """One page of an attachment as a picture: drawn anew, covered, with the viewer's name in its pixels."""
    viewer = Viewer(name=call.user.name, login=call.user.login)
    with _shown():
        picture = call.parts.evidence.page_picture(
            call.case.case_id,
            path_number(call, "file"),
            path_number(call, "page"),
            viewer=viewer,
            revealed=is_revealed(call),
        )
    headers = {
        "X-Placed": str(int(picture.placed)),
        "X-Hidden": str(int(picture.hidden)),
        "X-Pages": str(picture.pages or 0),
    }
    return Response(picture.content, media_type=picture.media_type, headers=headers)


def show_grid(call: Call) -> Response:
    """A Word file's tables, as a piece of a page."""
    with _shown():
        grid = call.parts.evidence.document_grid(
            call.case.case_id, path_number(call, "file"), revealed=is_revealed(call)
        )
    return HTMLResponse(render("_grid.html", call, grid=grid))


def show_mail(call: Call) -> Response:
    """The mail's own text, as a piece of a page."""
    with _shown():
        mail = call.parts.evidence.mail_text(call.case.case_id, revealed=is_revealed(call))
    return HTMLResponse(render("_mail.html", call, mail=mail))


def attachments(call: Call) -> tuple[tuple[ShownFile, ...], str]:
    """The case's attachments; none, and why, where they cannot be listed."""
    try:
        with _shown():
            return call.parts.evidence.attachments(call.case.case_id), ""
    except RefusalError as refusal:
        return (), refusal.sentence


@contextmanager
def _shown() -> Iterator[None]:
    try:
        yield
    except NotShownError as error:
        raise RefusalError(404, error.sentence) from error
    except (ArchiveDamagedError, ArchiveMissingError) as error:
        raise RefusalError(404, _NO_MAIL) from error
    except JailError as error:
        raise RefusalError(503, _NO_JAIL) from error
