"""E-invoices read from files: XML and PDF made up from the published field names (模拟), and files that are none."""

import io
from datetime import date

import pikepdf
import pytest

import reports
from reports.money import Money
from reports.report import Column, Report, Section, Table, Text
from tests.conftest import START
from webapp.core.files import check
from webapp.core.markup import MarkupError, leaves
from webapp.core.workflow import Refused
from webapp.funding.einvoices import Found, read
from webapp.funding.einvoices import paper as papers

XML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- 模拟 -->
<EInvoice>
  <Header><EIid>26322000000000001234</EIid><EInvoiceTag>SWEI3200</EInvoiceTag><Version>0.2</Version>
    <InherentLabel><GeneralOrSpecialVAT><LabelCode>02</LabelCode><LabelName>普通发票</LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
  <EInvoiceData>
    <SellerInformation><SellerIdNum>52320508MJ00000002</SellerIdNum><SellerName>好邻居超市</SellerName></SellerInformation>
    <BuyerInformation><BuyerIdNum>52320508MJ00000010</BuyerIdNum><BuyerName>晨光社会工作服务中心</BuyerName></BuyerInformation>
    <BasicInformation><TotalAmWithoutTax>94.34</TotalAmWithoutTax><TotalTaxAm>5.66</TotalTaxAm>
      <TotalTax-includedAmount>100.00</TotalTax-includedAmount><TotalTax-includedAmountInChinese>壹佰圆整</TotalTax-includedAmountInChinese>
      <Drawer>模拟</Drawer><RequestTime>2026-03-02 10:11:12</RequestTime></BasicInformation>
    <IssuItemInformation><ItemName>*文具*彩纸</ItemName><Amount>94.34</Amount><TaxRate>0.06</TaxRate><ComTaxAm>5.66</ComTaxAm>
      <TotaltaxIncludedAmount>99.00</TotaltaxIncludedAmount></IssuItemInformation>
  </EInvoiceData>
  <TaxSupervisionInfo><InvoiceNumber>26322000000000001234</InvoiceNumber><IssueTime>2026-03-02 10:11:15</IssueTime></TaxSupervisionInfo>
</EInvoice>"""
FISCAL = """<?xml version="1.0" encoding="GBK"?>
<EInvoice><Header/><EInvoiceData><Main>
  <EInvoiceName>公益事业捐赠统一票据（电子）</EInvoiceName><EInvoiceCode>32060126</EInvoiceCode><EInvoiceNumber>0000123456</EInvoiceNumber>
  <RandomNumber>a1b2c3</RandomNumber><TotalAmount>133.00</TotalAmount><IssueDate>20260302</IssueDate>
  <InvoicingParty><InvoicingPartyCode>52320508MJ00000002</InvoicingPartyCode><InvoicingPartyName>模拟医院</InvoicingPartyName></InvoicingParty>
  <PayerParty><PayerPartyName>晨光社会工作服务中心</PayerPartyName></PayerParty>
</Main></EInvoiceData></EInvoice>"""
LINES = """电子发票(普通发票)\t发票号码：26322000000000001234
开票日期：2026年03月02日
购\t名称：晨光社会工作服务中心\t销\t名称：好邻居超市
统一社会信用代码/纳税人识别号：52320508MJ00000010\t统一社会信用代码/纳税人识别号：52320508MJ00000002
项目名称\t规格型号\t单位\t数量
价税合计（大写）\t壹佰圆整\t（小写）¥100.00"""


def test_an_invoice_in_xml():
    assert read(check("票.xml", XML.encode())) == Found(
        "xml", "einvoice", "26322000000000001234", "", "", "好邻居超市", "52320508MJ00000002", "晨光社会工作服务中心", "52320508MJ00000010", Money(10_000),
        date(2026, 3, 2), "*文具*彩纸",
    )  # fmt: skip


def test_a_fiscal_receipt_in_xml_of_a_chinese_encoding():
    found = read(check("票.xml", FISCAL.encode("gb18030")))
    assert (found.kind, found.code, found.number, found.check) == ("fiscal", "32060126", "0000123456", "a1b2c3")
    assert (found.face, found.issued_on, found.seller, found.buyer) == (Money(13_300), date(2026, 3, 2), "模拟医院", "晨光社会工作服务中心")
    assert Found.from_json(found.to_json()) == found


def test_the_text_of_an_invoice():
    found = papers.of_text(LINES)
    assert (found.kind, found.number, found.issued_on, found.face) == ("einvoice", "26322000000000001234", date(2026, 3, 2), Money(10_000))
    assert (found.buyer, found.seller, found.buyer_tax, found.seller_tax) == (
        "晨光社会工作服务中心", "好邻居超市", "52320508MJ00000010", "52320508MJ00000002",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("发票代码：032001900111\n发票号码：12345678\n开票日期：2026年3月2日\n(小写)￥1,272.00", ("invoice", "032001900111", "12345678", Money(127_200))),
        ("票据代码：32060126\t票据号码：0000123456\n校验码：a1b2c3\n金额合计（大写）壹佰元整\t（小写）100.00", ("fiscal", "32060126", "0000123456", Money(10_000))),
        ("会议通知\n开票日期：2026年3月2日", None), ("发票号码：12345678", None),
    ],
)  # fmt: skip
def test_other_texts(text, values):
    found = papers.of_text(text)
    assert values == (found and (found.kind, found.code, found.number, found.face))


def test_a_pdf_with_embedded_fonts_is_read_by_place():
    parties = (
        ("名称：晨光社会工作服务中心", "名称：好邻居超市"), ("纳税人识别号：52320508MJ00000010", "纳税人识别号：52320508MJ00000002"),
    )  # fmt: skip
    table = Table((Column("buyer", "购买方信息"), Column("seller", "销售方信息")), parties)
    above, below = Text(("发票号码：26322000000000001234", "开票日期：2026年03月02日")), Text(("价税合计（大写）壹佰圆整（小写）¥100.00",))
    report = Report(title="电子发票（模拟）", as_of=START, sections=(Section("", (above, table, below)),))
    found = read(check("票.pdf", reports.write(report, "pdf")))
    assert (found.source, found.number, found.face) == ("pdf", "26322000000000001234", Money(10_000))
    assert (found.buyer, found.seller) == ("晨光社会工作服务中心", "好邻居超市")


def test_a_scan_says_nothing_and_is_no_fault():
    out, book = io.BytesIO(), pikepdf.new()
    book.add_blank_page()
    book.save(out)
    assert read(check("扫描.pdf", out.getvalue())) is None
    assert papers.read(b"%PDF-1.7 broken") is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"), (b"<a><b>", "不是完整的 XML"), (b"<a>" * 60 + b"</a>" * 60, "过于复杂"),
        (b'<?xml version="1.0" encoding="gbk"?><a>\xff\xff</a>', "编码"), (b"<a>" + b"<b/>" * 60_000 + b"</a>", "过于复杂"),
    ],
)  # fmt: skip
def test_xml_that_is_not_taken(content, says):
    with pytest.raises(MarkupError, match=says):
        leaves(content, largest=1_000_000)
    with pytest.raises(Refused, match="文件“票"):
        check("票.xml", content)
