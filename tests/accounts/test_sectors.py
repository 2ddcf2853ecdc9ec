"""板块: social organisations sorted as 徐州云龙 does it, 七彩 (tests/data/seed_mechanisms.csv); a town may set its own."""

from __future__ import annotations

from datetime import date

from webapp.accounts.models import Organisation
from webapp.core import journal
from webapp.core.db import reading
from webapp.core.settings import Setting

SEVEN = ("红先锋", "橙温馨", "黄温暖", "绿希望", "青志愿", "蓝政法", "紫文体")


def test_an_officer_files_an_organisation_and_finds_it_there(site, cast, engine, count_queries):
    officer = site.as_(cast.officer)
    listed = officer.open("accounts.organisations")
    assert all(f"{name} 0" in listed for name in SEVEN)
    page = officer.open("accounts.organisation_show", id=cast.chenguang)
    assert page.links("归入板块")
    page = officer.open("accounts.organisation_sector", id=cast.chenguang).submit("保存", sector="orange")
    assert "已归入“橙温馨”板块" in page
    with count_queries(most=12):
        listed = officer.open("accounts.organisations", sector="orange")
    assert "橙温馨 1" in listed
    assert listed.links("晨光")
    assert not listed.links("姑苏区民政局")
    assert not officer.open("accounts.organisations", sector="blue").links("晨光")
    with reading(engine) as session:
        (line, *_) = journal.lines(session, [f"organisation:{cast.chenguang}"])
        assert (line.step, line.data) == ("sort", {"from": "", "to": "orange"})
    page = officer.open("accounts.organisation_sector", id=cast.chenguang).submit("保存", sector="")
    assert "已不归入任何板块" in page
    assert "橙温馨 0" in officer.open("accounts.organisations")


def test_who_may_not_and_what_cannot_be_filed(site, cast, engine):
    assert site.as_(cast.lead).open("accounts.organisation_sector", id=cast.chenguang).status == 403
    assert "归入板块" not in site.as_(cast.lead).open("accounts.organisation_show", id=cast.chenguang)
    with reading(engine) as session:
        bureau = session.query(Organisation.id).filter_by(kind="bureau", area_code="320508").scalar()
    officer = site.as_(cast.officer)
    assert "归入板块" not in officer.open("accounts.organisation_show", id=bureau)
    refused = officer.open("accounts.organisation_sector", id=bureau).submit("保存", sector="red")
    assert refused.status == 409
    assert "只有社会组织" in refused


def test_a_town_has_its_own(site, cast, saved):
    own = [{"code": "care", "label": "为老服务", "colour": "#2e7d4f"}]
    saved(lambda session: session.add(Setting(key="organisation.sectors", area_code="3205", from_day=date(2026, 1, 1), value=own)))
    page = site.as_(cast.officer).open("accounts.organisation_sector", id=cast.chenguang)
    assert "为老服务" in page
    assert "红先锋" not in page
    assert page.submit("保存", sector="red").status == 422
