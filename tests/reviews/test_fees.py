"""评审费: worked out by hand, withheld by the month, the account for finance alone."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from reports.money import Money
from tests.reviews.conftest import Stage
from webapp.core import jobs
from webapp.core.db import transaction
from webapp.core.journal import Entry
from webapp.core.settings import DEFAULTS
from webapp.core.workflow import Refused
from webapp.reviews import actions
from webapp.reviews.models import FeeLine, Panel
from webapp.reviews.rules.fees import fee, prepayment, withheld

ACCOUNT = "6222021234567890123"


@pytest.mark.parametrize(
    ("yuan", "tax"),
    [
        (0, "0"), (500, "0"), (800, "0"), (801, "0.20"), (1_000, "40"), (4_000, "640"),
        (5_000, "800"), (25_000, "4000"),  # 25,000 × 80 % = 20,000 at 20 %
        (30_000, "5200"),  # 24,000 × 30 % − 2,000
        (62_500, "13000"),  # 50,000 × 30 % − 2,000
        (100_000, "25000"),  # 80,000 × 40 % − 7,000
    ],
)  # fmt: skip
def test_the_tax_is_that_of_the_table(yuan, tax):
    assert prepayment(Money.parse(str(yuan))) == Money.parse(tax)


def test_a_month_is_one_payment():
    assert withheld(Money.parse("500"), Money.parse("700"), Money(0)) == Money.parse("80")  # 1,200 − 800 = 400 at 20 %
    assert withheld(Money.parse("1000"), Money.parse("3500"), Money.parse("540")) == Money.parse("180")  # 4,500 × 80 % × 20 % − 540


@pytest.mark.parametrize(
    ("senior", "half_days", "yuan"), [(True, 1, 250), (True, 2, 500), (False, 2, 300), (True, 4, 1000), (True, 5, 1100), (False, 8, 1000)]
)
def test_the_standard_by_title_and_half_day(senior, half_days, yuan):
    assert fee(senior, half_days, DEFAULTS["review.fee"]) == Money.parse(str(yuan))


def test_fees_are_written_once_and_only_finance_sees_accounts(stage: Stage, site, cast):
    stage.heard()
    key = stage.started()
    people = [seat.person_id for seat in stage.seats(key)]
    judge = stage.expert(people[0])
    page = (
        site.as_(judge)
        .open("reviews.expert_mine")
        .submit("保存", available="yes", bank="示例银行", account="6222 0212 3456 7890 123", kind="board")
    )
    assert ACCOUNT not in page
    page = site.as_(cast.operator).open("reviews.panel_fees", id=key).submit("登记", person_id=str(judge.id), senior="yes", half_days="4")
    assert "1,000.00" in page
    assert "40.00" in page
    with pytest.raises(Refused, match="已经登记过"):
        stage.do(cast.operator, actions.write_fee, (Panel, key), person_id=judge.id, senior=True, half_days=1)
    with pytest.raises(Refused, match="没有在本评审组"):
        stage.do(cast.operator, actions.write_fee, (Panel, key), person_id=cast.granny.id, senior=True, half_days=1)
    for someone in (cast.operator, cast.officer, cast.accountant, cast.auditor):
        for path in (f"/panels/{key}/fees", f"/panels/{key}", f"/experts/{judge.id}"):
            client = site.as_(someone).client
            assert ACCOUNT not in client.get(path).get_data(as_text=True)
            assert ACCOUNT not in client.get(path, headers={"Accept": "application/json"}).get_data(as_text=True)
    paying = site.as_(cast.accountant).open("funding.tranches").click("评审费").click("评审一组")
    assert "/panels/fees" in paying.links("评审费")
    sheet = paying.submit("导出 XLSX").body
    cells = [str(cell) for row in load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True) for cell in row]
    assert ACCOUNT in cells
    with transaction(stage.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FeeLine)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.step == "accounts")) == 1


def test_the_list_is_printed_with_its_standard_and_without_the_account(stage: Stage, site, cast):
    stage.heard()
    key = stage.started()
    first, second = (stage.expert(seat.person_id) for seat in stage.seats(key)[:2])
    site.as_(first).open("reviews.expert_mine").submit("保存", available="yes", bank="示例银行", account=ACCOUNT, kind="board")
    page = site.as_(cast.operator).open("reviews.panel_fees", id=key)
    assert "编制评审费发放表" not in page.buttons()
    for person, senior, half_days in ((first, "yes", "5"), (second, "no", "4")):
        page = page.submit("登记", person_id=str(person.id), senior=senior, half_days=half_days)
    page.submit("编制评审费发放表")
    while jobs.run_next(stage.engine, at=stage.clock.now()):
        pass
    got = site.as_(cast.operator).open("reviews.panel_fees", id=key).click("下载")
    if folder := os.environ.get("SANSHE_PICTURES"):
        Path(folder, "fees.pdf").write_bytes(got.body)
    words = subprocess.run(["pdftotext", "-raw", "-", "-"], input=got.body, capture_output=True, check=True).stdout.decode()
    said = "".join(words.split())
    for part in (
        f"{first.name}高级51,100.0060.001,040.00示例银行尾号0123",  # two days at 500 and half a day at 200; (1,100 - 800) at 20 %
        f"{second.name}其他4600.000.00600.00未登记", "合计91,700.0060.001,640.00", "实发合计（大写）：壹仟陆佰肆拾元整",
        "高级职称每半天250.00元，其他每半天150.00元；第3天起每半天100.00元", "领款人签字", "评审一组",
    ):  # fmt: skip
        assert part in said, words
    assert ACCOUNT not in said
    paying = site.as_(cast.accountant).open("reviews.panel_fees", id=key)
    assert "编制评审费发放表" in paying.buttons()
    assert "编制抽取记录" not in paying.buttons()
    for someone in (cast.auditor, first, cast.far_officer, cast.lead):  # its file has no address of its own beside the document
        client = site.as_(someone).client
        assert client.get("/reports/1/file").status_code in {403, 404}
        assert {client.get(f"/files/{n}").status_code for n in range(1, 4)} <= {403, 404}
