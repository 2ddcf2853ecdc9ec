"""Each kind of 支出凭证: its numbers, its key, what is remarked, and shares of one original."""

from datetime import date

import pytest
import sqlalchemy as sa

from reports.money import Money
from tests.conftest import START
from tests.funding.test_actions import damages
from tests.funding.walk import claim, paid, planned, voucher
from tests.projects import stage
from webapp.calls.models import Fund
from webapp.core.files import Checked, check
from webapp.core.settings import Setting
from webapp.core.workflow import Refused
from webapp.funding import actions
from webapp.funding.models import Document, Spending
from webapp.funding.rules.vouchers import Seen, Voucher, numbers, remarks
from webapp.projects.models import BudgetLine, Project

FACE = Money(100)
TRAIN = "26329116000000000001"


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("einvoice", {"number": "26322000000000000001"}, []), ("einvoice", {"number": "2632200000000000000"}, ["number"]),
        ("einvoice", {"number": "2632200000000000000A"}, ["number"]), ("einvoice", {"number": ""}, ["number"]),
        ("einvoice", {"number": "２６３２ 2000 0000 0000 0001"}, []), ("invoice", {"code": "032001900111", "number": "12345678"}, []),
        ("invoice", {"code": "3200190011", "number": "12345678"}, []), ("invoice", {"code": "32001900111", "number": "12345678"}, ["code"]),
        ("invoice", {"code": "", "number": "26322000000000000001"}, ["code", "number"]),
        ("fiscal", {"code": "32060126", "number": "0000123456", "check": "a1b2c3"}, []),
        ("fiscal", {"code": "3206012", "number": "000012345", "check": "a1b2"}, ["code", "number", "check"]),
        ("ticket", {"number": TRAIN, "person": "张示例"}, []), ("ticket", {"number": "E0123456", "person": ""}, ["person"]),
        ("ticket", {"number": "E01", "person": "张示例"}, ["number"]), ("small", {"number": "1", "identity": "320502193001014323"}, []),
        ("small", {"number": "1", "identity": "320502193001014321"}, ["identity"]), ("small", {"number": "1"}, ["identity"]),
        ("split", {"number": "F1", "holder": "站", "parent": Voucher("einvoice", TRAIN, Money(100))}, []),
        ("split", {"number": "F1", "holder": "站", "parent": Voucher("einvoice", TRAIN, Money(99))}, ["face"]),
        ("split", {"number": "F1", "holder": " ", "parent": Voucher("invoice", "1", FACE)}, ["holder", "parent_code", "parent_number"]),
        ("split", {"number": "F1", "holder": "站", "parent": Voucher("small", "1", FACE)}, ["parent_kind"]),
        ("labour", {"number": "L1", "project": "P1"}, []), ("labour", {"number": " "}, ["number"]),
    ],
)  # fmt: skip
def test_the_numbers_of_each_kind(kind, given, wrong):
    assert [one.place for one in numbers(Voucher(kind, face=FACE, **given))] == wrong


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Voucher("einvoice", "２６3220 00000000000001", FACE), Voucher("einvoice", "26322000000000000001", FACE), True),
        (Voucher("ticket", TRAIN, FACE, person="甲"), Voucher("einvoice", TRAIN, FACE), True),
        (Voucher("invoice", "12345678", FACE, "1" * 10), Voucher("invoice", "12345678", FACE, "2" * 10), False),
        (Voucher("fiscal", "1" * 10, FACE, "1" * 8, "AAAAAA"), Voucher("fiscal", "1" * 10, FACE, "1" * 8, "BBBBBB"), True),
        (Voucher("small", "1", FACE, project="P1"), Voucher("small", "1", FACE, project="P2"), False),
        (Voucher("split", "1", FACE, holder="甲站"), Voucher("split", "1", FACE, holder="乙站"), False),
    ],
)  # fmt: skip
def test_what_is_one_document(one, other, same):
    assert ((one.register, one.key) == (other.register, other.key)) == same


@pytest.mark.parametrize(
    ("given", "seen", "code"),
    [
        ({}, {}, []), ({"buyer": "晨光 社会工作服务中心"}, {}, []), ({"buyer": "另一单位"}, {}, ["buyer"]), ({}, {"spent_on": date(2025, 12, 31)}, ["year"]),
        ({"seller_tax": "52320508MJ00000002"}, {}, []), ({"seller_tax": "52320508MJ00000003"}, {}, ["tax_number"]), ({"seller_tax": "1234"}, {}, ["tax_number"]),
        ({}, {"payee": "晨光社会工作服务中心"}, ["self"]), ({}, {"title": "招待用烟酒"}, ["forbidden"]),
    ],
)  # fmt: skip
def test_what_is_remarked(given, seen, code):
    base = {
        "payee": "超市",
        "title": "物资",
        "spent_on": date(2026, 3, 2),
        "organisation": "晨光社会工作服务中心",
        "forbidden": (("烟酒",),),
    }
    assert [one.code for one in remarks(voucher(**given), Seen(**(base | seen)))] == code


@pytest.fixture
def two(session, cast):
    """Two projects of the organisation with money on them."""
    found = []
    for _ in range(2):
        money = session.scalars(sa.select(Fund)).first()
        project, [first, *_] = planned(session, cast, money=money)
        paid(session, cast, first)
        found.append(project)
    return found


def test_a_second_project_needs_a_share_of_the_same_original(session, cast, two):
    here, there = two
    claim(session, cast, here, amount=Money(6_000))
    with pytest.raises(Refused, match="开具分割单"):
        claim(session, cast, there, amount=Money(1_000))
    share = voucher("split", number="F1", face=Money(4_000), holder="晨光社会工作服务中心", parent=voucher())
    second = claim(session, cast, there, paper=share, amount=Money(4_000))
    faces = {one.kind: (one.face_fen, one.claimed_fen) for one in session.scalars(sa.select(Document))}
    assert faces == {"einvoice": (Money(10_000), Money(10_000)), "split": (Money(4_000), Money(4_000))}
    with pytest.raises(Refused, match=r"最多还能报 0\.00 元"):
        claim(
            session,
            cast,
            there,
            line=1,
            paper=voucher("split", number="F2", face=Money(100), holder="站", parent=voucher()),
            amount=Money(100),
        )
    assert damages(session) == []
    actions.reject(session, second, note="不符", by=cast.officer.viewer(session, START), at=START)
    assert session.scalars(sa.select(Document.claimed_fen).order_by(Document.id)).all()[:2] == [Money(6_000), Money(0)]
    assert damages(session) == []


def test_a_railway_ticket_is_no_second_document_beside_its_invoice(session, cast, two):
    claim(session, cast, two[0], paper=voucher(number=TRAIN, seller_tax=""), amount=Money(100))
    with pytest.raises(Refused, match="已经作为数电票登记过"):
        claim(session, cast, two[0], line=1, paper=voucher("ticket", number=TRAIN, person="张示例"), amount=Money(100))


def test_small_receipts_of_one_person_are_added_up_over_a_day(session, cast, two):
    receipt = {"identity": "320502193001014323", "buyer": "", "face": Money(30_000)}
    for project, number in zip(two, "12", strict=True):
        paper = voucher("small", number=number, project=project.number, **receipt)
        if number == "1":
            claim(session, cast, project, paper=paper, payee="王示例", amount=Money(30_000))
        else:
            with pytest.raises(Refused, match=r"每人每日不超过 500\.00 元，同一人当日另有 300\.00 元"):
                claim(session, cast, project, paper=paper, payee="王示例", amount=Money(30_000))
    session.add(Setting(key="spending.small_fen", area_code="3205", from_day=date(2026, 1, 1), value=100_000))
    session.flush()
    claim(session, cast, two[1], paper=voucher("small", number="2", project=two[1].number, **receipt), payee="王示例", amount=Money(30_000))
    kept = session.scalars(sa.select(Spending.identity_key)).all()
    assert len(set(kept)) == 1
    assert "320502193001014323" not in str(session.execute(sa.text("SELECT * FROM spendings")).all())


def test_another_buyer_is_explained_or_refused_as_the_area_says(session, cast, two):
    paper = voucher(buyer="别的单位")
    with pytest.raises(Refused, match="请在“情况说明”里写明原因"):
        claim(session, cast, two[0], paper=paper)
    one = claim(session, cast, two[0], paper=paper, reason="挂靠单位代开，已备案")
    assert one.remarks == ["buyer"]
    session.add(Setting(key="spending.buyer", area_code="320508", from_day=date(2026, 1, 1), value="refuse"))
    session.flush()
    with pytest.raises(Refused, match="请让对方重开"):
        claim(session, cast, two[0], line=1, paper=paper, reason="挂靠单位代开，已备案")


def test_neighbours_and_names_are_found_again_without_being_readable(session, cast, two):
    one = claim(session, cast, two[0], paper=voucher(seller_tax="52320508MJ00000002"))
    other = claim(session, cast, two[0], line=1, paper=voucher(number="01235", seller_tax="52320508MJ00000002"), payee="好邻居 超市")
    first, second = (session.get(Document, key.document_id) for key in (one, other))
    assert (first.code, second.serial - first.serial) == ("26322", 1)
    assert first.seller_key == second.seller_key != ""
    assert one.payee_key == other.payee_key != ""
    raw = str(
        session.execute(sa.text("SELECT * FROM spendings")).all() + session.execute(sa.text("SELECT * FROM spending_documents")).all()
    )
    assert "好邻居" not in raw
    assert "52320508MJ00000002" not in raw


def test_the_line_and_the_project_are_those_of_the_claim(session, cast, two):
    here, there = two
    line = session.scalars(sa.select(BudgetLine.id).where(BudgetLine.project_id == there.id)).first()
    with pytest.raises(Refused, match="本项目的预算科目"):
        claim(session, cast, here, budget_line_id=line)
    assert session.get(Project, here.id).state == "delivering"


def test_a_file_that_is_another_invoice_is_told_beside_the_field(session, cast, two):
    from tests.funding.test_einvoices import XML

    content = XML.replace("26322000000000001234", "26322000000000009999")
    file = check("票.xml", content.encode())
    with pytest.raises(Refused) as refused:
        claim(session, cast, two[0], papers=[file])
    assert [(one.code, one.place) for one in refused.value.refusals] == [("read_number", "number")]
    assert "26322000000000009999" in refused.value.refusals[0].sentence
    good = claim(session, cast, two[0], papers=[check("票.xml", XML.encode()), stage.picture()])
    assert (good.remarks, '"source": "xml"' in good.read) == ([], True)
    with pytest.raises(Refused, match="不是数电票或财政电子票据"):
        claim(session, cast, two[0], line=1, papers=[Checked("票.xml", b"<a><b>1</b></a>", "text/xml")])
