"""The reviewer's queue, and 抽查: one after the other by buttons, who sees what, and draws that anybody can repeat."""

import io
from datetime import date

import pikepdf
import pytest
import sqlalchemy as sa
from PIL import Image

from reports.money import Money
from tests.conftest import START
from tests.funding.test_actions import damages
from tests.funding.test_einvoices import XML
from tests.funding.walk import claim, paid, planned, voucher
from tests.projects import stage
from webapp.core.files import Checked
from webapp.core.sheets import read as read_sheet
from webapp.core.workflow import Refused
from webapp.funding import actions, einvoices
from webapp.funding.actions.audits import draw_audit
from webapp.funding.models import Audit, Audited, Spending
from webapp.funding.rules.audits import drawn


def scan():
    """A PDF that is one picture, as a scanner makes it."""
    picture, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (60, 80), (200, 200, 200)).save(picture, format="JPEG")
    book = pikepdf.new()
    page = book.add_blank_page(page_size=(60, 80))
    image = pikepdf.Stream(book, picture.getvalue(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60, Height=80,
                           ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode)  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=book.make_indirect(image)))
    page.Contents = pikepdf.Stream(book, b"q 60 0 0 80 0 0 cm /Im0 Do Q")
    book.save(out)
    return Checked("扫描.pdf", out.getvalue(), "application/pdf")


@pytest.fixture
def three(app, saved, cast):
    """Three claims that wait: with a picture, with an e-invoice in XML, with a scan as PDF."""

    def made(session):
        project, [first, *_] = planned(session, cast)
        paid(session, cast, first)
        xml = Checked("票.xml", XML.encode(), "text/xml")
        taxed = {"seller_tax": "52320508MJ00000002"}
        return [
            claim(session, cast, project, title="彩纸", paper=voucher(**taxed), papers=[xml], reason="").id,
            claim(session, cast, project, title="照片打印", paper=voucher(number="01235", **taxed)).id,
            claim(session, cast, project, title="横幅", paper=voucher(number="05000"), papers=[scan()]).id,
        ]

    return saved(made)


def test_one_after_the_other(site, saved, three, cast):
    page = site.as_(cast.officer).open("funding.spendings").click("逐张审核")
    assert ("1 / 3" in page, "彩纸" in page, "与电子发票对照" in page, "同一销售方的连号" in page) == (True,) * 4
    page = page.click("下一张")
    assert ("2 / 3" in page, "照片打印" in page) == (True, True)
    assert page.tree.xpath("//figure//img/@src")[0].startswith("/files/")
    page = page.submit("不予认可")
    assert (page.status, "请填写不认可的理由" in page) == (422, True)
    page = page.submit("不予认可", note="与项目无关")
    assert ("上一张（100.00 元）不予认可" in page, "2 / 2" in page, "横幅" in page) == (True, True, True)
    assert page.tree.xpath("//figure//img/@src")[0].startswith("data:image/jpeg;base64,/9j/")
    page = page.submit("认可")
    assert ("已认可" in page, "1 / 1" in page, "彩纸" in page) == (True, True, True)
    page = page.submit("认可")
    assert "没有待审核的支出凭证" in page
    assert saved(lambda s: s.scalars(sa.select(Spending.state).order_by(Spending.id)).all()) == ["accepted", "rejected", "accepted"]
    assert saved(damages) == []


def test_nobody_reviews_what_is_his_own_or_of_others_calls(site, saved, three, cast):
    assert "没有待审核" in site.as_(cast.far_officer).open("funding.spending_review")
    assert site.as_(cast.member).open("funding.spending_review").status == 403
    page = site.as_(cast.officer).open("funding.spending_review")
    saved(lambda s: actions.accept(s, s.get(Spending, three[0]), by=cast.operator.viewer(s, START), at=START))
    assert "已认可" in page.submit("认可")  # a colleague was faster: told, and the next is shown


def test_a_pdf_with_text_is_no_scan():
    assert einvoices.scanned(b"%PDF-1.7 broken") is None
    assert einvoices.text(scan().content) == []


@pytest.mark.parametrize(("way", "size", "count"), [("count", 3, 3), ("count", 99, 10), ("share", 100, 10), ("share", 1, 1)])
def test_a_draw_is_repeated_by_its_seed(way, size, count):
    found = [(key, Money(100 * key)) for key in range(1, 11)]
    keys = drawn("5eed", found, by=way, size=size)
    assert (len(keys), keys) == (count, drawn("5eed", list(reversed(found)), by=way, size=size))
    if way == "share" and size == 1:
        assert sum(100 * key for key in drawn("5eed", found, by="share", size=40)) >= 2_200


def test_an_auditor_draws_looks_and_takes_the_list_along(site, saved, three, cast, count_queries):
    for key in three:
        saved(lambda s, key=key: actions.accept(s, s.get(Spending, key), by=cast.officer.viewer(s, START), at=START))
    page = site.as_(cast.auditor).open("funding.spendings").click("抽查").click("抽取")
    assert "没有已认可的支出凭证" in page.submit("抽取", since="2020-01-01", until="2020-12-31")
    page = page.submit("抽取", since="2026-01-01", until="2026-12-31", size="2")
    assert ("抽 2 张" in page, "从 3 张里" in page) == (True, True)
    audit = saved(lambda s: s.scalars(sa.select(Audit)).one())
    assert audit.seed in page
    first = saved(lambda s: s.scalars(sa.select(Audited).order_by(Audited.position)).first())
    with count_queries(most=12):
        site.as_(cast.auditor).open("funding.spending_audit_show", id=audit.id)
    with count_queries(most=12):
        one = site.as_(cast.auditor).open("funding.spending_audited", id=first.id)
    bad = one.submit("登记结果", result="problem")
    assert (bad.status, "请写明问题" in bad) == (422, True)
    following = bad.submit("登记结果", result="problem", note="签字不全")
    assert "第 2 / 2 张" in following
    done = following.submit("登记结果", result="fine")
    assert ("都看完了" in done, "签字不全" in done) == (True, True)
    file = done.click("导出 XLSX")
    assert [row["结果"] for row in read_sheet(io.BytesIO(file.body), "抽查.xlsx", ("用途", "结果"))] == ["有问题", "无误"]
    assert "好邻居" not in str(list(read_sheet(io.BytesIO(file.body), "抽查.xlsx", ("用途", "结果"))))
    assert saved(damages) == []
    saved(lambda s: s.execute(sa.update(Audited).values(position=3 - Audited.position)))
    assert any("种子" in one for one in saved(damages))
    assert site.as_(cast.lead).open("funding.spending_audits").status == 403


def test_a_draw_of_more_than_all_is_refused(session, cast):
    project, [first, *_] = planned(session, cast)
    paid(session, cast, first)
    actions.accept(session, claim(session, cast, project), by=cast.officer.viewer(session, START), at=START)
    asked = {"area_code": "320508", "since": date(2026, 1, 1), "until": date(2026, 12, 31), "way": "share"}
    with pytest.raises(Refused, match="不能超过 100%"):
        draw_audit(session, **asked, size=101, by=cast.auditor.viewer(session, START), at=START)
    audit = draw_audit(session, **asked, size=10, by=cast.auditor.viewer(session, START), at=START)
    assert (audit.found, audit.found_fen) == (1, Money(10_000))
    assert stage.picture().name
