"""What is wrong with a file as findings, in the words that its sender is to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.finding import Finding, finding
from pipeline.extract.page import Fault, Page
from pipeline.extract.raster.decode import MAX_FRAMES, PictureRejectedError

#: Why a form could not be read, and how to take its picture again.
_RETAKE: Final[Mapping[Fault | None, str]] = {
    Fault.BLURRED: "拍得模糊，无法读取登记表。请擦净镜头，点按表格对焦，双手持稳后重新拍照，或改发 Word、PDF 文件。",
    Fault.GLARE: "反光，灯光盖住了表格上的文字。请关闭闪光灯、避开灯光直射，换个角度重新拍照，或改发 Word、PDF 文件。",
    Fault.CUT: "没有拍全，表格超出了画面。请退后一些，让表格四角都在画面内重新拍照，或改发 Word、PDF 文件。",
    Fault.SMALL: "图片太小，文字无法辨认。请靠近表格，让表格占满画面，并以原图发送，或改发 Word、PDF 文件。",
    None: "看不清，无法读取登记表。请在光线充足处正对表格重新拍照，四角入镜、不要晃动，或改发 Word、PDF 文件。",
}


def unsupported(name: str, *, empty: bool = False) -> Finding:
    """A file of a type that cannot be read, or an empty one."""
    code = "attachment.unreadable" if empty else "attachment.unsupported"
    return finding(code, f"附件“{name}”的类型无法读取，请改发 Word（.docx）、PDF 或清晰照片。")


def cut_short(name: str) -> Finding:
    """A picture of so many pages that the last ones were not read."""
    detail = f"图片“{name}”超过 {MAX_FRAMES} 页，只读取了前 {MAX_FRAMES} 页，请只发送登记表和证照。"
    return finding("attachment.rejected", detail)


def pages_left_unread(name: str, page: int) -> Finding:
    """A file of so many pages that there was no time for the pictures from `page` on."""
    detail = f"文件“{name}”页数过多，从第 {page} 页起的扫描页没有读取，请分成几个文件重新发送。"
    return finding("attachment.rejected", detail)


def unreadable_form(name: str, page: Page) -> Finding:
    """A page that looks like a form, and how to take its picture again (`page.Fault`)."""
    fault = None if page.photograph is None else page.photograph.fault()
    return finding("form.unreadable", f"“{name}”{_RETAKE[fault]}")


def lost_table(name: str) -> Finding:
    """A typed file that names a form's rows, of which none could be found: its table is gone, as old formats lose them."""
    detail = f"“{name}”像是登记表，但表格已不完整，读不出各栏内容，请用原表填写后以 Word（.docx）或 PDF 文件重新发来。"
    return finding("form.unreadable", detail)


def unopened(name: str, error: Exception) -> Finding:
    """A picture that is damaged or too large."""
    if isinstance(error, PictureRejectedError):
        return finding("attachment.rejected", f"图片“{name}”尺寸过大，请缩小后或重新拍照发来。")
    return finding("attachment.unreadable", f"图片“{name}”已损坏，无法打开，请重新发送。")
