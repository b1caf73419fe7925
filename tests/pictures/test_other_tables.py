"""The tables of an old Word file and of a form typed into the letter, as an officer sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.document import TableCell
from tests.cli import html_letters, old_word
from tests.extract.word_files import VALUES
from tests.pictures.office import Office, letter

NUMBER = VALUES["owner_id_number"]


def texts(office: Office, case_id: str, *, revealed: bool) -> str:
    grid = office.evidence.document_grid(case_id, 1, revealed=revealed)
    return " ".join(cell.text for table in grid.tables for cell in table.cells)


def test_a_letter_s_table_is_shown_where_its_fields_say(office: Office) -> None:
    case_id = office.take(html_letters.letter(html_letters.outlook()))
    (file,) = office.evidence.attachments(case_id)
    assert (file.name, file.has_grid, file.inline) == ("邮件正文.html", True, True)
    case = office.store.show_case(case_id)
    assert case is not None and case.filing.form is not None
    form = case.filing.form
    place = getattr(form.field("owner_phone"), "source", None)
    assert isinstance(place, TableCell) and place.file == 1
    grid = office.evidence.document_grid(case_id, 1, revealed=False)
    shown = {(table.index, cell.row, cell.column): cell.text for table in grid.tables for cell in table.cells}
    assert shown[place.table, place.row, place.column] == VALUES["owner_phone"]
    assert NUMBER not in texts(office, case_id, revealed=False)
    assert NUMBER in texts(office, case_id, revealed=True)


def test_a_letter_without_a_form_has_no_table_of_its_own(office: Office) -> None:
    case_id = office.take(html_letters.letter(html_letters.table(html_letters.BLANK)))
    assert office.evidence.attachments(case_id) == ()


@pytest.mark.skipif(not old_word.is_installed(), reason="needs the Debian package libreoffice-writer-nogui")
def test_an_old_word_file_s_table_is_shown(office: Office, tmp_path: Path) -> None:
    made = old_word.convert({"form": old_word.sample("docx-plain.docx")}, "doc", tmp_path)["form"]
    case_id = office.take(letter(("登记表.doc", made)))
    (file,) = office.evidence.attachments(case_id)
    assert file.has_grid
    assert "420106199610273245" not in texts(office, case_id, revealed=False)
    assert "420106199610273245" in texts(office, case_id, revealed=True)
