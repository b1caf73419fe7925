"""Cases about what the form says and how it looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from samples import channels
from samples.carriers import (
    clear_wechat_id,
    docx_form,
    filing_mail,
    merged_pdf,
    pasted_docx,
    pdf_form,
    picture_file,
    renamed,
    usual_papers,
)
from samples.case import Case, Expectation, registered, review
from samples.filing import FilingTruth, make_filing
from samples.form_docx import DocxExtras, forms_docx
from samples.form_image import form_image
from samples.form_layout import PLAIN, FormStyle, Tick
from samples.mail import DOCX_TYPE, Enclosure, SampleMail
from samples.picture import Picture


def company(seed: int, **overrides: object) -> FilingTruth:
    """The company most cases are about: its papers are the same whatever the form says."""
    return make_filing(seed, entity="company", county="sanhe", name="base", **_fixed(overrides))


def individual(seed: int, **overrides: object) -> FilingTruth:
    """The individual the cases are about."""
    return make_filing(seed, entity="individual", county="guangyang", name="base", **_fixed(overrides))


def _fixed(overrides: dict[str, object]) -> dict[str, object]:
    """What the cases have in common; a date that is given as written is not given a second time."""
    date = {} if "opened_written" in overrides else {"opened_on": "2017-06-18"}
    return {"account_type": "wechat", **date, **overrides}


def printed(seed: int, name: str) -> FilingTruth:
    """A company whose form can be read from a picture without doubt: short texts, no characters that look alike."""
    return company(
        seed,
        account_name="三河便民网",
        description="发布本地便民信息",
        owner_wechat=clear_wechat_id(seed, name + "owner"),
        admin_wechat=clear_wechat_id(seed, name + "admin"),
        opened_written="2017年6月18日",
        follower_count=3468,
    )


def _mails(
    name: str,
    filing: FilingTruth,
    form: Enclosure | None = None,
    *,
    style: FormStyle = PLAIN,
    received: str = "2018-12-15",
    papers: Sequence[Enclosure] | None = None,
) -> tuple[SampleMail, ...]:
    files = [form or docx_form(filing, style), *(usual_papers(filing) if papers is None else papers)]
    return (filing_mail(name, filing, files, received=received),)


def _case(
    name: str,
    wording: str,
    filing: FilingTruth,
    expect: Expectation,
    *,
    style: FormStyle = PLAIN,
    received: str = "2018-12-15",
) -> Case:
    recipe = partial(_mails, name, filing, style=style, received=received)
    return Case(name=name, wording=wording, expect=(expect,), recipe=recipe)


def carrier_cases(seed: int) -> Iterator[Case]:
    """The form in its carriers."""
    base, person = company(seed), individual(seed)
    yield _case("company_docx", "company, DOCX → R", base, registered(base, entity="company"))
    yield _case("individual_docx", "individual with own ID → R", person, registered(person, entity="individual"))
    yield Case(
        name="text_pdf",
        wording="text PDF → R",
        expect=(registered(base),),
        recipe=lambda: _mails("text_pdf", base, pdf_form(base)),
    )
    yield _pictured("stamped_scan", "clean stamped scan → R", seed)
    yield _pictured("photo_turned", "photo turned 90° → R", seed)
    blurred = Expectation(decision="review", codes=frozenset({"field.doubtful"}), anything=True)
    yield Case(
        name="photo_blurred",
        wording="blurred photo → `field.doubtful`",
        expect=(blurred,),
        recipe=partial(_pictured_mails, "photo_blurred", seed),
    )
    yield Case(
        name="file_renamed",
        wording="file renamed 新建文档(1).docx → R",
        expect=(registered(base),),
        recipe=lambda: _mails("file_renamed", base, renamed(docx_form(base), "新建文档(1).docx")),
    )
    merged = printed(seed, "merged_pdf")
    yield Case(
        name="merged_pdf",
        wording="one merged PDF, papers pasted into the DOCX → R",
        expect=(registered(merged),),
        recipe=lambda: _mails("merged_pdf", merged, merged_pdf(merged), papers=()),
    )
    yield Case(
        name="pasted_docx",
        wording="one merged PDF, papers pasted into the DOCX → R",
        expect=(registered(base),),
        recipe=lambda: _mails("pasted_docx", base, pasted_docx(base), papers=()),
    )
    yield from _several_forms(seed)


def form_photo(name: str, filing: FilingTruth) -> Picture:
    """The page of a case that is about a picture."""
    style = FormStyle(signature="seal" if name == "stamped_scan" else "typed")
    page = form_image(filing, style)
    if name == "stamped_scan":
        return channels.scan(page, filing.seed, name)
    if name == "photo_turned":
        return channels.photo_turned(page, filing.seed, name, degrees=90)
    return channels.photo(page, filing.seed, name, blur_sigma=4.6)


def _pictured(name: str, wording: str, seed: int) -> Case:
    recipe = partial(_pictured_mails, name, seed)
    return Case(name=name, wording=wording, expect=(registered(printed(seed, name)),), recipe=recipe)


def _pictured_mails(name: str, seed: int) -> tuple[SampleMail, ...]:
    filing = printed(seed, name)
    return _mails(name, filing, picture_file(form_photo(name, filing), "登记表.jpg"))


def _several_forms(seed: int) -> Iterator[Case]:
    wording = "two tables in one DOCX, or three forms with one licence → one case each, materials shared"
    accounts = [
        company(seed, account_name=f"三河{name}", follower_count=1000 + index * 333)
        for index, name in enumerate(("便民网", "招聘通", "美食圈"))
    ]

    def two_tables() -> tuple[SampleMail, ...]:
        both = forms_docx([(filing, FormStyle(), DocxExtras()) for filing in accounts[:2]])
        form = Enclosure(name="登记备案表.docx", content=both, declared=DOCX_TYPE)
        return _mails("two_tables", accounts[0], form)

    def three_forms() -> tuple[SampleMail, ...]:
        forms = [docx_form(filing, file=f"登记表{filing.account_name_written}.docx") for filing in accounts]
        return (filing_mail("three_forms", accounts[0], [*forms, *usual_papers(accounts[0])]),)

    yield Case(name="two_tables", wording=wording, expect=(registered(*accounts[:2]),), recipe=two_tables)
    yield Case(name="three_forms", wording=wording, expect=(registered(*accounts),), recipe=three_forms)


_TICK_STYLES: tuple[tuple[str, Tick], ...] = (
    ("tick_root", "√"),
    ("tick_square", "■"),
    ("tick_ballot", "☑"),
    ("tick_wingdings_box", "wingdings"),
    ("tick_wingdings_fe", "wingdings_fe"),
    ("tick_wingdings_check", "wingdings_fc"),
    ("tick_content_control", "content_control"),
)


def type_cases(seed: int) -> Iterator[Case]:
    """Account type and its tick boxes."""
    base = company(seed)
    for name, tick in _TICK_STYLES:
        wording = "□ replaced by √ ■ ☑, Wingdings, content control → R"
        yield _case(name, wording, base, registered(base), style=FormStyle(tick=tick))
    none = base.evolve(ticks=(), account_type=None)
    yield _case("type_none", "no type ticked → `type.none`", none, review("type.none"))
    two = base.evolve(ticks=("wechat", "app"), account_type=None)
    yield _case("type_two", "two ticked → `type.multiple`", two, review("type.multiple"))
    other = company(seed, account_type="other", account_type_other="抖音")
    noted = Expectation(
        decision="registered",
        codes=frozenset({"type.outside_notice"}),
        fields=({"account_type": "other", "account_type_other": "抖音"},),
    )
    yield _case("type_other", "其他: 抖音 → `type.outside_notice` (note)", other, noted)
    wording = "rows deleted or relabelled → `form.deviates`"
    deleted = FormStyle(dropped=frozenset({"owner_id_number", "follower_count"}))
    yield _case("rows_deleted", wording, base, review("form.deviates", may=frozenset({"field.missing"})), style=deleted)
    relabelled = FormStyle(labels={"account_subject": "备    注", "opened_on": "审核意见"})
    yield _case(
        "rows_relabelled", wording, base, review("form.deviates", may=frozenset({"field.missing"})), style=relabelled
    )


def value_cases(seed: int) -> Iterator[Case]:
    """Phones, WeChat IDs, numbers of followers, names."""
    spaced = company(seed, owner_phone_written="138 0316 1234")
    yield _case("phone_spaced", 'mobile "138 0316 1234" → R', spaced, registered(spaced))
    for name, wording, key, text, code in _FAULTS:
        filing = company(seed, **{key: text})
        yield _case(name, wording, filing, review(code))
    same = company(seed)
    same = same.evolve(
        admin_name=same.owner_name,
        admin_phone=same.owner_phone,
        admin_wechat=same.owner_wechat,
        admin_card=same.owner_card,
        admin_name_written="同上",
        admin_phone_written="同上",
        admin_wechat_written="同上",
    )
    yield _case("admin_same", "administrator 同上 → R, resolved to the owner", same, registered(same))
    phone = company(seed)
    phone = phone.evolve(owner_wechat=phone.owner_phone, owner_wechat_written=phone.owner_phone_written)
    yield _case(
        "wechat_is_phone",
        "WeChat ID = phone → R with a note",
        phone,
        registered(phone, notes=frozenset({"field.unusual"})),
    )
    many = company(seed, follower_written="1.2万")
    yield _case("followers_myriad", "followers 1.2万 → R, 12000", many, registered(many))
    about = company(seed, follower_written="约5000+")
    yield _case(
        "followers_about", "约5000+ → R with a note", about, registered(about, notes=frozenset({"field.approximate"}))
    )
    person = company(seed)
    name = person.admin_name_written
    apart = person.evolve(admin_name_written=f"{name[0]} {name[1:]}")
    yield _case("name_spaced", "张 三 = 张三 → R", apart, registered(apart))
    for suffix, dot in (("middle", "·"), ("bullet", "•"), ("stop", ".")):
        minority = company(seed, admin_name="阿依古丽·买买提", admin_name_written=f"阿依古丽{dot}买买提")
        yield _case(f"name_dot_{suffix}", "minority name with ·, •, . → R", minority, registered(minority))


_FAULTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("phone_short", "10 digits → `field.invalid`", "owner_phone_written", "1380316123", "field.invalid"),
    ("phone_landline", "landline as mobile → `field.invalid`", "admin_phone_written", "0316-2345678", "field.invalid"),
    ("phone_two", "two numbers → `field.multiple`", "owner_phone_written", "13803161234/13931695678", "field.multiple"),
    ("wechat_gh", "gh_… → `field.invalid`", "owner_wechat_written", "gh_3f86b2a1c9d4", "field.invalid"),
    ("followers_blank", "followers blank → `field.missing`", "follower_written", "", "field.missing"),
)


def date_cases(seed: int) -> Iterator[Case]:
    """Opening dates and deadlines."""
    dotted = company(seed, opened_written="2018.12.1")
    yield _case("date_dotted", "2018.12.1 → R", dotted, registered(dotted, due="2018-12-31"))
    month = company(seed, opened_written="2018年12月")
    yield _case("date_month", "2018年12月 inside the window → R, month precision", month, registered(month))
    imprecise = company(seed, opened_written="2019年1月")
    wording = "2019年1月 filed 2019-02-10 → `date.imprecise`"
    yield _case("date_imprecise", wording, imprecise, review("date.imprecise"), received="2019-02-10")
    wording = "opened 2019-01-05, filed 02-04 → R, filed 02-05 → `deadline.late`"
    new = company(seed, opened_on="2019-01-05", opened_written="2019年1月5日")
    yield _case("deadline_kept", wording, new, registered(new, due="2019-02-04"), received="2019-02-04 23:30")
    yield _case("deadline_missed", wording, new, review("deadline.late", due="2019-02-04"), received="2019-02-05 00:10")
    between = company(seed, opened_on="2018-12-20")
    wording = "opened 2018-12-20, filed 2019-01-10 → `deadline.ambiguous`"
    yield _case("deadline_ambiguous", wording, between, review("deadline.ambiguous"), received="2019-01-10")
    future = company(seed, opened_on="2018-12-20")
    yield _case("date_after", "opened after filing → `date.implausible`", future, review("date.implausible"))
    last = company(seed)
    wording = "received 12-31 23:59 +08, polled on 01-01 → on time"
    yield _case("last_minute", wording, last, registered(last, due="2018-12-31"), received="2018-12-31 23:59")
