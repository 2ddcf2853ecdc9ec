"""Settings an administrator changes: a value by key, by area and from a date; the nearest area and latest date win."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.core.clock import today
from webapp.core.db import Base, Code, Json, Numbered


class Setting(Numbered, Base):
    __tablename__ = "settings"
    __table_args__ = (sa.UniqueConstraint("key", "area_code", "from_day", name="one_value"),)
    key: Mapped[str] = mapped_column(sa.String(64))
    area_code: Mapped[str] = mapped_column(Code)
    from_day: Mapped[date]
    value: Mapped[Any] = mapped_column(Json)


DEFAULTS: dict[str, Any] = {
    "need.department_workdays": 5,
    "need.escalate_workdays": 2,
    "ballot.details_votes": 100,  # 计票明细 are open to everyone from so many votes on,
    "ballot.details_stratum": 10,  # where no community among those who took part has fewer
    # first votes of one ballot from one source: so many without a question, so many at all within the hour; a burst within ten minutes
    "ballot.limits": {"address": [30, 300, 20], "device": [3, 12, 4], "phone": [6, 6, 6]},
    # minutes until a report that does not belong here must have been passed on, by kind; a working day for the others
    "urgent.minutes": {"police": 5, "suicide": 5, "minor": 30, "violence": 30},
    "slip.wrong_per_hour": 30,  # unknown codes of slips from one address
    "alike.per_hour": 300,  # questions by one who writes; the script asks once a pause
    "sign_in.tries": 5,
    "sign_in.lock_minutes": 15,
    "code.minutes": 5,
    "code.per_hour": 5,
    "code.per_hour_address": 100,
    "sign_in.per_hour_address": 100,
    "verify.per_hour_address": 60,  # files that anybody brings to be checked
    # 评审费 in fen a day: 高级, others, and what all get from a day on
    "review.fee": {"senior": 50_000, "other": 30_000, "later": 20_000, "later_from_day": 3},
    # 社工职称津贴 in fen a month (徐州云龙: 初级 200 元、中级 300 元; 高级 is not published there, taken as 中级)
    "worker.allowance": {"assistant": 20_000, "worker": 30_000, "senior": 30_000},
    # 廉洁、保密、回避承诺书, line by line, as experts sign it before they see an application
    "review.promise": [
        "本人自愿参加本次公益创投项目评审，郑重承诺：",
        "一、遵守评审纪律，客观、公正、独立评分，对自己的评分负责；",
        "二、评审期间和评审之后，不泄露申报材料、评审过程和评分情况；",
        "三、不私下接触申报单位，不收受申报单位的任何财物和好处；",
        "四、与申报单位三年内有任职、担任理事监事或其他利害关系，或与其负责人有近亲属关系的，主动申报并回避；",
        "五、评审中发现应当回避的，立即申请回避，不再查看该申报材料。",
    ],
    # 板块 of social organisations as 徐州云龙 sorts them; a town sets its own. A colour only marks, the name tells.
    "organisation.sectors": [
        {"code": "red", "label": "红先锋", "colour": "#b3261e"},
        {"code": "orange", "label": "橙温馨", "colour": "#c2610c"},
        {"code": "yellow", "label": "黄温暖", "colour": "#b58a00"},
        {"code": "green", "label": "绿希望", "colour": "#2e7d4f"},
        {"code": "cyan", "label": "青志愿", "colour": "#1f8a8a"},
        {"code": "blue", "label": "蓝政法", "colour": "#2b5ea8"},
        {"code": "purple", "label": "紫文体", "colour": "#7a4a9c"},
    ],
    "spending.small_fen": 50_000,  # 小额收款凭证: the most one person receives by them in a day
    "spending.buyer": "warn",  # an invoice made out to another: "warn" asks for the reason, "refuse" takes none
    "register.sample_most": 30,  # of a register's people in one draw of an evaluator or auditor
    "retention.beneficiary_days": 1095,  # after the project is archived or terminated; then names, telephones and consents are erased
    # 拨款审批链: from which amount on (fen) 科室负责人 and 集体研究 are asked besides 经办、财务、分管领导; None: never
    "funding.approval": {"head_from": None, "meeting_from": 30_000_000},
    # columns of the request file for treasury and bank: what stands in them, and what they are called there
    "funding.columns": [
        ["key", "编号"],
        ["name", "收款单位"],
        ["bank", "开户银行"],
        ["account", "账号"],
        ["amount", "金额"],
        ["words", "大写金额"],
        ["purpose", "用途"],
    ],
    "doubt.rules": {},  # 疑点: parameters that differ from `doubts.rules.DEFAULTS`; a kind set to null is not looked for
    "retention.selection_years": 15,
    "retention.log_months": 6,
}


def put(session: Session, key: str, value: Any, *, area: str, from_day: date) -> Setting:
    """Set a value for an area from a day on; what was set for the same day is replaced."""
    query = sa.select(Setting).where(Setting.key == key, Setting.area_code == area, Setting.from_day == from_day).with_for_update()
    found = session.scalars(query).one_or_none()
    if found is None:
        found = Setting(key=key, area_code=area, from_day=from_day, value=value)
        session.add(found)
    found.value = value
    session.flush()
    return found


def set_for(session: Session, key: str, *, area: str) -> list[Setting]:
    """What was ever set for an area or one above it, newest first; the shipped default is not in it."""
    query = sa.select(Setting).where(Setting.key == key, sa.literal(area).startswith(Setting.area_code))
    return list(session.scalars(query.order_by(Setting.from_day.desc(), sa.func.length(Setting.area_code).desc()).limit(50)))


def values(session: Session, keys: Collection[str], *, at: datetime, area: str = "") -> dict[str, Any]:
    """Several values in force, in one statement."""
    query = sa.select(Setting).where(Setting.key.in_(keys), Setting.from_day <= today(at), sa.literal(area).startswith(Setting.area_code))
    kept = {row.key: row.value for row in session.scalars(query.order_by(sa.func.length(Setting.area_code), Setting.from_day))}
    return {key: kept.get(key, DEFAULTS[key]) for key in keys}


def value(session: Session, key: str, *, at: datetime, area: str = "") -> Any:
    """The value in force for an area at a moment; the shipped default when nobody set one."""
    return values(session, (key,), at=at, area=area)[key]
