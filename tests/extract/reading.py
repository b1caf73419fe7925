"""Read bytes to forms with the shipped profile, and compare them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain.document import ExtractedForm
from pipeline.extract.form.judge import TextJudge
from pipeline.extract.form.mapper import map_forms
from pipeline.extract.grid.docx import read_docx
from pipeline.extract.grid.pdf import read_pdf_text
from pipeline.extract.page import Page
from pipeline.profile.load import load_profile


def map_pages(*pages: Page) -> tuple[ExtractedForm, ...]:
    return map_forms(pages, load_profile("langfang-2018").form, profile_key="langfang-2018", judge=TextJudge())


def forms_of(content: bytes) -> tuple[ExtractedForm, ...]:
    pages = read_docx(content).pages if content.startswith(b"PK") else read_pdf_text(content).pages
    return map_pages(*pages)


def form_of(content: bytes) -> ExtractedForm:
    forms = forms_of(content)
    assert len(forms) == 1
    return forms[0]


def values_of(form: ExtractedForm) -> dict[str, object]:
    return {field.key: field.value for field in form}


def doubtful_keys(form: ExtractedForm) -> set[str]:
    return {field.key for field in form if field.doubtful}


def silently_wrong(form: ExtractedForm, truth: Mapping[str, object]) -> set[str]:
    """Keys whose value differs from the truth without a doubt, a missing place or candidates to show for it."""
    fields = {field.key: field for field in form}
    return {
        key
        for key, value in truth.items()
        if key in fields
        and fields[key].value not in (value, None)
        and not fields[key].doubtful
        and not fields[key].candidates
    }
