"""Papers of cases: drafted from what the store knows, corrected, released. What is refused raises `LifeError`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from pipeline.domain.life import STAGE_NAMES, Action, LifeError
from pipeline.domain.notice import AFTER_ACTION, FITTING_STAGES, KIND_NAMES, NoticeDraft, NoticeFacts, NoticeKind
from pipeline.notices.draft import NoTemplateError, draft_notice, rewrite, sign
from pipeline.notices.outgoing_mail import new_message_id
from pipeline.notices.recipient import RecipientError, check_recipient
from pipeline.post.notice_facts import CaseFile, gather
from pipeline.profile.notice_templates import LetterError
from pipeline.profile.notices import Release
from pipeline.profile.schema import Office, Profile
from pipeline.store.case_life import Handling
from pipeline.store.errors import UnknownCaseError
from pipeline.store.events import SYSTEM
from pipeline.store.notice_records import Drafted, NoticeRecord
from pipeline.store.store import Store

#: A receipt for a mail older than this is not released without a person: archives are worked through again sometimes.
_AUTOMATIC_AGE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """The desk for papers. `own_addresses` are the offices' own, in lower case: nothing is sent to them."""

    store: Store
    profile: Profile
    clock: Callable[[], datetime]
    own_addresses: Collection[str] = ()

    def draft(
        self, reference: str, kind: NoticeKind, *, actor: str, office: str | None = None, occasion: str | None = None
    ) -> Drafted:
        """Draft a paper of that kind for a case; `office` signs instead of the one that handles it.

        Raises `LifeError` when the case is not where such a paper fits, `UnknownCaseError`.
        """
        file = self.case_file(reference)
        self._require_fitting(file, kind)
        sender = file.sending_office(kind) if office is None else self.profile.office(office)
        if sender is None:
            raise LifeError(
                f"没有代码为“{office}”的机构。" if office else "该件没有可以落款的机构，请用 --office 指明。"
            )
        recipient, _ = self._recipient(file)
        return self.store.notices.draft(
            file.case.case_id,
            self._compose(file, kind, sender),
            self._handling(actor),
            office=sender.key,
            recipient=recipient,
            message_id=new_message_id(sender.mailbox),
            case_version=file.case.version,
            occasion=occasion,
        )

    def preview(self, reference: str, kind: NoticeKind, *, details: Collection[str] | None = None) -> str:
        """The body of such a paper as it would be drafted now; nothing is written.

        `details` are the sentences of the findings it names, None for every open one. Raises `LifeError` where the
        city has no such paper or nobody could sign it.
        """
        file = self.case_file(reference)
        sender = file.sending_office(kind)
        if sender is None:
            raise LifeError("该件没有可以落款的机构。")
        facts = gather(file, kind, sender, self.today)
        if details is not None:
            facts = facts.model_copy(update={"items": tuple(item for item in facts.items if item.detail in details)})
        return self._written(kind, facts).body

    def draft_after(self, reference: str, action: Action, *, actor: str) -> Drafted | None:
        """The paper that goes with an action just taken; None where the city has none for it."""
        kind = AFTER_ACTION.get(action)
        rules = self.profile.notices
        if kind is None or rules is None or rules.template(kind) is None:
            return None
        drafted = self.draft(reference, kind, actor=actor)
        return drafted if drafted.repeated else replace(drafted, notice=self.release_by_rule(drafted.notice))

    def release_by_rule(self, notice: NoticeRecord) -> NoticeRecord:
        """Release a receipt if the profile lets the software do so; else, and where nobody can be written to, leave it."""
        template = self.profile.notices.template(notice.kind) if self.profile.notices else None
        if template is None or template.release is not Release.AUTOMATIC or not notice.recipient:
            return notice
        received = self.case_file(notice.case_id).case.received
        if self.clock() - received > _AUTOMATIC_AGE:
            return notice
        return self.release(notice.notice_id, actor=SYSTEM)

    def edit(self, reference: str, body: str, *, actor: str) -> NoticeRecord:
        """Put an officer's own text between title and 落款."""
        notice = self.store.notices.show(reference)
        case = self.case_file(notice.case_id).case
        try:
            draft = rewrite(notice.draft, body)
        except LetterError as error:
            raise LifeError(f"正文不能使用：{error}。") from error
        return self.store.notices.edit(notice.notice_id, draft, self._handling(actor), case_version=case.version)

    def release(self, reference: str, *, actor: str, to: str | None = None) -> NoticeRecord:
        """Let a paper go, dated today; `to` is an address the officer names instead of the sender's.

        Raises `LifeError` when the case changed since the text was made, or when there is nobody to write to.
        """
        notice = self.store.notices.show(reference)
        file = self.case_file(notice.case_id)
        self._require_fitting(file, notice.kind)
        if notice.case_version != file.case.version:
            raise LifeError("该件在通知起草后有变动，请重新起草（或修改正文）并核对后再签发。")
        recipient, why = self._recipient(file) if to is None else self._checked(to)
        if not recipient:
            raise LifeError(why)
        draft = self._dated(file, notice)
        return self.store.notices.release(notice.notice_id, draft, self._handling(actor), recipient=recipient)

    def withdraw(self, reference: str, *, actor: str, ground: str = "") -> NoticeRecord:
        """Keep a paper in the house for good."""
        return self.store.notices.withdraw(reference, self._handling(actor), ground=ground)

    def resend(self, reference: str, *, actor: str) -> NoticeRecord:
        """Try a failed paper again, or one of which a person knows that it did not go out."""
        notice = self.store.notices.show(reference)
        self._require_fitting(self.case_file(notice.case_id), notice.kind)
        return self.store.notices.resend(notice.notice_id, self._handling(actor))

    def deliver(self, reference: str, *, actor: str, how: str) -> NoticeRecord:
        """Note that a paper reached its addressee otherwise, or went out after all. Raises `LifeError` without a way."""
        if not how.strip():
            raise LifeError("登记送达须写明送达方式。")
        return self.store.notices.deliver(reference, self._handling(actor), how=how.strip())

    def case_file(self, reference: str) -> CaseFile:
        """The case with its history, record and papers. Raises `UnknownCaseError`."""
        case = self.store.show_case(reference)
        if case is None:
            raise UnknownCaseError(f"case {reference}: there is no such case")
        return CaseFile(
            case=case,
            history=self.store.history(case.case_id),
            versions=self.store.versions(case.number) if case.number else (),
            notices=self.store.notices.list(case_id=case.case_id, limit=1000),
            profile=self.profile,
        )

    @property
    def today(self) -> date:
        """The day in the city."""
        return self.clock().astimezone(self.profile.zone).date()

    def _compose(self, file: CaseFile, kind: NoticeKind, sender: Office) -> NoticeDraft:
        return self._written(kind, gather(file, kind, sender, self.today))

    def _written(self, kind: NoticeKind, facts: NoticeFacts) -> NoticeDraft:
        try:
            return draft_notice(kind, facts, self.profile)
        except NoTemplateError as error:
            raise LifeError(str(error)) from error
        except LetterError as error:
            raise LifeError(f"模板不能用于该件，请修改城市档案中的模板：{error}。") from error

    def _dated(self, file: CaseFile, notice: NoticeRecord) -> NoticeDraft:
        """The letter as of today: one nobody edited is made anew, an edited one gets today's 落款."""
        sender, rules = self.profile.office(notice.office), self.profile.notices
        if sender is None or rules is None:
            return notice.draft
        if not notice.edited:
            return self._compose(file, notice.kind, sender)
        signature = sign(rules, gather(file, notice.kind, sender, self.today))
        return notice.draft.model_copy(update={"signature": signature})

    def _recipient(self, file: CaseFile) -> tuple[str, str]:
        """Whom to write to, or "" and why there is nobody. Machines get no answer, even with a filing in their mail."""
        if any(item.code == "submission.automatic" for item in file.case.mail_findings):
            return "", "来信是自动发出的邮件，不予自动回复；请以其他方式送达，或用 --to 指明地址。"
        return self._checked(file.case.sender)

    def _checked(self, address: str) -> tuple[str, str]:
        try:
            return check_recipient(address, own=self.own_addresses), ""
        except RecipientError as error:
            return "", str(error)

    @staticmethod
    def _require_fitting(file: CaseFile, kind: NoticeKind) -> None:
        if file.case.stage not in FITTING_STAGES[kind]:
            raise LifeError(f"该件处于“{STAGE_NAMES[file.case.stage]}”状态，不能发{KIND_NAMES[kind]}。")

    def _handling(self, actor: str) -> Handling:
        return Handling(actor=actor, at=self.clock())
