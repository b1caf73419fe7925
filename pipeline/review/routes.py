"""Every address of the pages in one table: what it is for, and who may use it. Tests walk it."""

from __future__ import annotations

from typing import Final

from pipeline.domain.people import Permission
from pipeline.review import (
    acting,
    case_pages,
    exporting,
    log_page,
    mailbox_page,
    originals,
    parting_pages,
    people_page,
    profile_page,
    queue_page,
    recheck_pages,
    record_page,
    register_page,
    second_factor_page,
    signing_in,
    statistics_page,
)
from pipeline.review.guard import Page

_SEE, _HANDLE, _RECHECK = Permission.SEE_QUEUE, Permission.HANDLE_CASE, Permission.RECHECK
_REGISTER, _PEOPLE = Permission.SEE_REGISTER, Permission.MANAGE_PEOPLE
_RECORD: Final = "/register/{record}"
_VERSION: Final = "/register/{record}/{version}"
_PERSON: Final = "/people/{login}"
PAGES: Final = (
    Page(path="/login", method="GET", permission=None, handler=signing_in.show_login, public=True),
    Page(path="/login", method="POST", permission=None, handler=signing_in.log_in, public=True),
    Page(path="/logout", method="POST", permission=None, handler=signing_in.log_out, first_login=True),
    Page(path="/account", method="GET", permission=None, handler=signing_in.show_account, first_login=True),
    Page(
        path="/account/password", method="POST", permission=None, handler=signing_in.change_password, first_login=True
    ),
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
    Page(path="/account/totp", method="POST", permission=None, handler=second_factor_page.start),
    Page(path="/account/totp/confirm", method="POST", permission=None, handler=second_factor_page.confirm),
    Page(path="/account/totp/remove", method="POST", permission=None, handler=second_factor_page.remove_own),
    Page(path="/register", method="GET", permission=_REGISTER, handler=register_page.show_register),
    Page(path="/register/search", method="POST", permission=_REGISTER, handler=register_page.search_register),
    Page(path="/register/export", method="POST", permission=Permission.EXPORT, handler=exporting.export),
    Page(path=_RECORD, method="GET", permission=_REGISTER, handler=record_page.show_record),
    Page(
        path=f"{_RECORD}/cancel", method="POST", permission=Permission.CANCEL_RECORD, handler=record_page.cancel_record
    ),
    Page(path=_VERSION, method="GET", permission=_REGISTER, handler=record_page.show_record),
    Page(path=f"{_VERSION}/page/{{file}}/{{page}}", method="GET", permission=_REGISTER, handler=originals.show_page),
    Page(path=f"{_VERSION}/grid/{{file}}", method="GET", permission=_REGISTER, handler=originals.show_grid),
    Page(path=f"{_VERSION}/mail", method="GET", permission=_REGISTER, handler=originals.show_mail),
    Page(path=f"{_VERSION}/reveal", method="POST", permission=Permission.REVEAL, handler=record_page.reveal_record),
    Page(
        path="/statistics", method="GET", permission=Permission.SEE_STATISTICS, handler=statistics_page.show_statistics
    ),
    Page(path="/mailboxes", method="GET", permission=Permission.SEE_MAILBOXES, handler=mailbox_page.show_mailboxes),
    Page(path="/profile", method="GET", permission=None, handler=profile_page.show_profile),
    Page(path="/log", method="GET", permission=Permission.SEE_AUDIT, handler=log_page.show_log),
    Page(path="/log/check", method="POST", permission=Permission.SEE_AUDIT, handler=log_page.check_log),
    Page(path="/people", method="GET", permission=_PEOPLE, handler=people_page.show_people),
    Page(path="/people", method="POST", permission=_PEOPLE, handler=people_page.add_person),
    Page(path=_PERSON, method="GET", permission=_PEOPLE, handler=people_page.show_person),
    Page(path=f"{_PERSON}/role", method="POST", permission=_PEOPLE, handler=people_page.set_role),
    Page(path=f"{_PERSON}/disable", method="POST", permission=_PEOPLE, handler=people_page.disable),
    Page(path=f"{_PERSON}/enable", method="POST", permission=_PEOPLE, handler=people_page.enable),
    Page(path=f"{_PERSON}/password", method="POST", permission=_PEOPLE, handler=people_page.reset_password),
    Page(path=f"{_PERSON}/totp", method="POST", permission=_PEOPLE, handler=second_factor_page.start),
    Page(path=f"{_PERSON}/totp/confirm", method="POST", permission=_PEOPLE, handler=second_factor_page.confirm),
    Page(path=f"{_PERSON}/totp/remove", method="POST", permission=_PEOPLE, handler=second_factor_page.remove),
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
