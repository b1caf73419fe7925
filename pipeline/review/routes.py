"""Every address of the pages in one table: what it is for, and who may use it. Tests walk it."""

from __future__ import annotations

from typing import Final

from pipeline.domain.people import Permission
from pipeline.review import acting, case_pages, originals, parting_pages, queue_page, recheck_pages, signing_in
from pipeline.review.guard import Page

_SEE, _HANDLE, _RECHECK = Permission.SEE_QUEUE, Permission.HANDLE_CASE, Permission.RECHECK
PAGES: Final = (
    Page(path="/login", method="GET", permission=None, handler=signing_in.show_login, public=True),
    Page(path="/login", method="POST", permission=None, handler=signing_in.log_in, public=True),
    Page(path="/logout", method="POST", permission=None, handler=signing_in.log_out),
    Page(path="/account", method="GET", permission=None, handler=signing_in.show_account),
    Page(path="/account/password", method="POST", permission=None, handler=signing_in.change_password),
    Page(path="/", method="GET", permission=_SEE, handler=queue_page.show_queue),
    Page(path="/search", method="POST", permission=_SEE, handler=queue_page.search),
    Page(path="/views", method="POST", permission=_SEE, handler=queue_page.keep_view),
    Page(path="/views/remove", method="POST", permission=_SEE, handler=queue_page.remove_view),
    Page(path="/next", method="POST", permission=_HANDLE, handler=queue_page.claim_next),
    Page(path="/case/{case}", method="GET", permission=_SEE, handler=case_pages.show_case),
    Page(path="/case/{case}/page/{file}/{page}", method="GET", permission=_SEE, handler=originals.show_page),
    Page(path="/case/{case}/grid/{file}", method="GET", permission=_SEE, handler=originals.show_grid),
    Page(path="/case/{case}/mail", method="GET", permission=_SEE, handler=originals.show_mail),
    Page(path="/case/{case}/fields", method="POST", permission=_HANDLE, handler=acting.save_fields),
    Page(path="/case/{case}/settle", method="POST", permission=_HANDLE, handler=acting.settle),
    Page(path="/case/{case}/act", method="POST", permission=_HANDLE, handler=acting.act),
    Page(path="/case/{case}/composer", method="GET", permission=_HANDLE, handler=acting.compose),
    Page(path="/case/{case}/reveal", method="POST", permission=Permission.REVEAL, handler=case_pages.reveal),
    Page(path="/case/{case}/alive", method="POST", permission=_HANDLE, handler=case_pages.keep_alive),
    Page(path="/case/{case}/release", method="POST", permission=_HANDLE, handler=case_pages.release),
    Page(path="/case/{case}/take-over", method="POST", permission=Permission.TAKE_OVER, handler=case_pages.take_over),
    Page(path="/case/{case}/split", method="POST", permission=_HANDLE, handler=parting_pages.split),
    Page(path="/case/{case}/join", method="POST", permission=_HANDLE, handler=parting_pages.join),
    Page(path="/case/{case}/unjoin", method="POST", permission=_HANDLE, handler=parting_pages.unjoin),
    Page(path="/recheck", method="GET", permission=_RECHECK, handler=recheck_pages.show_list),
    Page(path="/recheck/{recheck}", method="GET", permission=_RECHECK, handler=recheck_pages.show_one),
    Page(path="/recheck/{recheck}/page/{file}/{page}", method="GET", permission=_RECHECK, handler=originals.show_page),
    Page(path="/recheck/{recheck}/grid/{file}", method="GET", permission=_RECHECK, handler=originals.show_grid),
    Page(path="/recheck/{recheck}/reveal", method="POST", permission=Permission.REVEAL, handler=recheck_pages.reveal),
    Page(path="/recheck/{recheck}/entry", method="POST", permission=_RECHECK, handler=recheck_pages.enter),
    Page(path="/recheck/{recheck}/settle", method="POST", permission=_RECHECK, handler=recheck_pages.settle),
)
