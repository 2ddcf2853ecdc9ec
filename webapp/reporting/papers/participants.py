"""参加人名册: whom a project serves, by number; names stand only in the copy of who leads the delivering organisation."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from reports import format as fmt
from reports.report import Column, Facts, Report, Section, Table
from webapp.permissions import roles_for
from webapp.projects.models import Project
from webapp.projects.queries import register
from webapp.projects.queries.register import Counts, Listed
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.queries.works import Head, head_of

NAMES = "beneficiary.take_out"
"""The right to take the whole register out of the house, of the delivering organisation alone."""


@dataclass(frozen=True, slots=True)
class Registered:
    head: Head
    persons: int
    named: int
    visits: int
    counts: Counts
    people: tuple[Listed, ...]
    names: bool


def gather(session: Session, project: Project, asked: Asked) -> Registered:
    """The register; the names are dropped here for everybody but who may take them out."""
    names = asked.viewer is not None and bool(roles_for(NAMES) & asked.viewer.roles_on(project))
    return Registered(
        head_of(session, project.id), project.persons, project.named, project.visits, register.counts(session, project.id),
        tuple(one if names else replace(one, name=None, phone=None, guardian=None) for one in register.everybody(session, project.id)), names,
    )  # fmt: skip


def build(found: Registered, asked: Asked) -> Report:
    head, counts = found.head, found.counts
    pairs = (
        ("项目名称", head.title), ("项目编号", head.number), ("承办单位", head.organisation), ("主办单位", head.organiser),
        ("服务人数", f"{fmt.number(found.persons)} 人（名册内 {fmt.number(found.named)} 人，名册外 {fmt.number(found.persons - found.named)} 人）"),
        ("服务人次", f"{fmt.number(found.visits)} 人次"),
        ("名册", f"登记过 {counts.listed} 人，在册 {counts.present} 人（未成年人 {counts.minors} 人），在册中已交知情同意书 {counts.consented} 人"),
    )  # fmt: skip
    who = (Column("name", "姓名", width=4),) if found.names else ()
    columns = (
        Column("n", "序号", "number", 2.6), Column("label", "编号", width=4), *who, Column("joined", "加入日期", "date", 5),
        Column("times", "参加次数", "number", 3), Column("standing", "状态", width=4),
    )  # fmt: skip
    people = tuple(
        (n, number_of(one), *(((one.name or None),) if found.names else ()), one.joined_on, one.times, one.standing)
        for n, one in enumerate(found.people, 1)
    )
    notes = "" if found.names else "本件不列姓名；姓名只有承办单位掌握。"
    return asked.report(
        f"{head.title}\n参加人名册", (Section("概况", (Facts(pairs, beside=True),)), Section("名册", (Table(columns, people),))), paper="form",
        issuer=head.organisation,
        lottery=head.lottery, notes=(notes,) if notes else (), sources=("本平台服务对象名册和活动点名",),
        scope_note="人数：名册内的人参加多少场都计一人，名册外的按场计；人次为各场活动人次之和；参加次数为点名的活动场数。未成年人只有编号。",
    )  # fmt: skip


def number_of(one: Listed) -> str:
    """How somebody of the register is called by everybody else: 服务对象3, 儿童1."""
    return f"{'儿童' if one.minor else '服务对象'}{one.number}"


PAPER = Paper(
    key="participants", title="参加人名册", about=Project, right="project.read", shared=False, gather=gather, build=build, retention="30",
    author="organisation",
)  # fmt: skip
