"""Organisations, people and the record: entered by verbs, each with its journal entry."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.accounts.models import ORGANISATION_KINDS, SORTED, Dataset, Organisation, Person, Record
from webapp.accounts.rules import phone_of
from webapp.core import journal, search, secrets, settings
from webapp.core.scope import Viewer
from webapp.core.workflow import refuse


def add_dataset(session: Session, name: str, about: dict[str, Any], *, at: datetime) -> Dataset:
    """Note that a dataset was loaded; `demo` makes every page say 模拟数据."""
    found = Dataset(name=name, at=at, about=about)
    session.add(found)
    session.flush()
    return found


def add_organisation(
    session: Session,
    kind: str,
    name: str,
    area_code: str,
    *,
    by: Viewer,
    at: datetime,
    credit_code: str | None = None,
    registered_on: date | None = None,
    grade: str = "",
    annual_check: str = "",
    legal_representative: str = "",
    address: str = "",
    phone: str = "",
    bank_name: str = "",
    bank_account: str | None = None,
    host_id: int | None = None,
) -> Organisation:
    """Register an organisation; it can be found by its name at once. Refuses a kind that does not exist."""
    if kind not in ORGANISATION_KINDS:
        raise refuse("kind", f"没有“{kind}”这一类单位。", "kind")
    found = Organisation(
        kind=kind, name=name, area_code=area_code, credit_code=credit_code, registered_on=registered_on, grade=grade,
        annual_check=annual_check, legal_representative=legal_representative, address=address, phone=phone, bank_name=bank_name,
        bank_account=bank_account, host_id=host_id,
    )  # fmt: skip
    session.add(found)
    session.flush()
    search.index(session, Organisation.REF, found.id, name)
    journal.record(session, found.ref, "create", by=by.ref, at=at, data={"kind": kind, "area": area_code})
    return found


def add_person(
    session: Session,
    name: str,
    *,
    by: Viewer | None,
    at: datetime,
    login: str | None = None,
    password: str | None = None,
    password_record: str | None = None,
    phone: str | None = None,
    area_code: str | None = None,
    born_on: date | None = None,
    demo: bool = False,
) -> Person:
    """Give a person an account. `by` None: the person alone, after the phone's code. `password_record` is an argon2
    record made before (many demo accounts share one); a phone that is no mobile number is refused."""
    number = phone_of(phone) if phone else None
    if phone and number is None:
        raise refuse("phone", "手机号应为 11 位数字，请核对。", "phone")
    found = Person(
        name=name, login=login, phone=number, phone_key=secrets.keyed("phone", number) if number else None,
        password=secrets.hash_password(password) if password else password_record, area_code=area_code, born_on=born_on, demo=demo,
    )  # fmt: skip
    session.add(found)
    session.flush()
    data = {"area": area_code} if area_code else {}
    journal.record(session, found.ref, "create", by=found.ref if by is None else by.ref, at=at, data=data)
    return found


def see_bank(session: Session, organisation: Organisation, *, by: Viewer, at: datetime) -> str:
    """Open an organisation's bank account in full; the journal says who looked (个人信息保护法 §28: 金融账户)."""
    if not organisation.bank_account:
        raise refuse("no_account", "这个单位还没有登记银行账号。")
    journal.record(session, organisation.ref, "see_bank", by=by.ref, at=at)
    return organisation.bank_account


def sort(session: Session, organisation: Organisation, sector: str, *, by: Viewer, at: datetime) -> None:
    """归入板块, or out of every 板块 with an empty code. Refuses what is no social organisation and a 板块 that is not kept here."""
    if organisation.kind not in SORTED:
        raise refuse("kind", "只有社会组织和备案社区社会组织归入板块。")
    known = {one["code"] for one in settings.value(session, "organisation.sectors", at=at, area=organisation.area_code)}
    if sector and sector not in known:
        raise refuse("sector", "没有这个板块，请从列出的板块里选。", "sector")
    if sector == organisation.sector:
        return
    journal.record(session, organisation.ref, "sort", by=by.ref, at=at, data={"from": organisation.sector, "to": sector})
    organisation.sector = sector


def note_record(
    session: Session,
    organisation_id: int,
    kind: str,
    subject: str,
    value: dict[str, Any],
    *,
    from_day: date,
    until_day: date | None = None,
    source: str,
    at: datetime,
) -> Record:
    """Write down what an earlier stage must know next time (award, grade, ban, money owed …). Raises ValueError for an unknown kind."""
    if kind not in Record.KINDS:
        raise ValueError(f"unknown kind of record: {kind}")
    found = Record(
        organisation_id=organisation_id, kind=kind, subject=subject, value=value, from_day=from_day, until_day=until_day,
        source=source, at=at,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found
