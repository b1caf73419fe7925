"""A page that came in two files, from the mail to the record and to what an officer sees of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cases.deciding import Decider
from pipeline.store.store import open_store
from samples.cases import case_for
from samples.cases_form import printed
from tests.cases.test_register_cases import take_in, work_off

#: Files of the mail: the lower half was attached first.
LOWER, UPPER = 1, 2


def test_two_halves_of_a_page_are_one_record_whose_values_name_their_files(decider: Decider, tmp_path: Path) -> None:
    (mail,) = case_for("page_in_two_scans").build()
    with open_store(f"sqlite:///{tmp_path / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        take_in(store, mail, 1)
        work_off(store, decider)
        (record,) = store.list_registry()
        case = store.show_case(record.case_id)
        assert store.list_queue() == ()
    assert case is not None
    form = case.filing.form
    assert form is not None
    truth = printed(2018, "sheets").expected
    assert {key: form.value(key) for key in truth if key != "number"} == {
        k: v for k, v in truth.items() if k != "number"
    }
    files = {item.key: item.source.file for item in form if item.source is not None}
    assert {files[key] for key in ("account_name", "account_type", "account_subject", "address")} == {UPPER}
    assert {files[key] for key in ("opened_on", "owner_id_number", "admin_wechat", "signed")} == {LOWER}


@pytest.mark.parametrize("name", ["halves_of_two_pages", "half_beside_a_page"])
def test_a_value_of_one_account_never_stands_in_the_form_of_another(
    name: str, decider: Decider, tmp_path: Path
) -> None:
    (mail,) = case_for(name).build()
    with open_store(f"sqlite:///{tmp_path / 'beian.sqlite3'}", data_dir=tmp_path / "data") as store:
        take_in(store, mail, 1)
        work_off(store, decider)
        found = [store.show_case(item.case_id) for item in (*store.list_queue(), *store.list_registry())]
    halves = [case for case in found if case is not None and case.filing.form is not None]
    halves = [case for case in halves if case.filing.form.field("follower_count") is None]
    assert len(halves) == (2 if name == "halves_of_two_pages" else 1)
    for case in halves:
        assert {item.source.file for item in case.filing.form if item.source is not None} == {case.filing.form.file}
        assert [item.code for item in case.open_findings if item.code == "form.deviates"]
