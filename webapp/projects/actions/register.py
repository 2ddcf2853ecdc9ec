"""服务对象名册: who is written down with whose consent, who came to what, and what is erased when it is over.

Entries of the journal name people of the register by their row alone.
"""

import csv
import io
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from webapp.accounts.viewer import Viewer
from webapp.core import files, journal, settings, sheets
from webapp.core.clock import today
from webapp.core.workflow import Refusal, Refused, refuse
from webapp.handling.rules import draw
from webapp.projects.actions.counting import count
from webapp.projects.actions.delivery import must_run
from webapp.projects.models import Activity, Attendance, Beneficiary, Consent, Project, RegisterDrawn, RegisterSample
from webapp.projects.queries import register as reads
from webapp.projects.rules import register as rules
from webapp.projects.rules.register import Told
from webapp.reviews.queries.conflicts import barred

OVER = ("archived", "terminated")
AT_ONCE = 200
"""How many people one `tick` erases."""


def _locked(session: Session, project_id: int) -> Project:
    """The project, held while its register or its figures change."""
    return session.get_one(Project, project_id, with_for_update=True, populate_existing=True)


def keep_consent(
    session: Session, project: Project, *, signed_on: date, guardian: bool, papers: Sequence[files.Checked], by: Viewer, at: datetime
) -> Consent:
    """登记同意书: the signed paper, read later by the organisation alone."""
    if not papers:
        raise refuse("papers", "请上传签好字的知情同意书（拍照或扫描都可以）。", "papers")
    if signed_on > today(at):
        raise refuse("signed_on", "签署日期还没有到。", "signed_on")
    consent = Consent(project_id=project.id, signed_on=signed_on, guardian=guardian, at=at)
    session.add(consent)
    session.flush()
    for one in papers:
        files.attach(session, consent.ref, "consent", one, by=by.ref, at=at)
    journal.record(session, consent.ref, "create", by=by.ref, at=at, data={"project": project.ref, "papers": len(papers)})
    return consent


def register(
    session: Session, project: Project, told: Told, *, signed_on: date, guardian_signed: bool = False, papers: Sequence[files.Checked] = (),
    by: Viewer, at: datetime,
) -> Beneficiary:  # fmt: skip
    """登记服务对象 with the signed consent; somebody who was there before and left comes back. Refused with what is wrong at its field."""
    must_run(project)
    project = _locked(session, project.id)
    if wrong := [Refusal(field, sentence, field) for field, sentence in rules.faults_of(told, today(at))]:
        raise Refused(*wrong)
    if found := rules.consent_covers(int(told.minor), guardian=guardian_signed):
        raise Refused(found)
    known = _known(session, project.id, [rules.identity(told)])
    if any(one.left_on is None for one in known.values()):
        raise refuse("known", "这个人已经在名册里了。", "name")
    consent = keep_consent(session, project, signed_on=signed_on, guardian=guardian_signed, papers=papers, by=by, at=at)
    one, _ = _write_down(session, project, told, known, consent, by=by, at=at)
    session.flush()
    return one


def _known(session: Session, project_id: int, identities: Collection[str]) -> dict[str, Beneficiary]:
    query = sa.select(Beneficiary).where(Beneficiary.project_id == project_id, Beneficiary.identity.in_(identities))
    return {one.identity: one for one in session.scalars(query.with_for_update())}


def _write_down(
    session: Session, project: Project, told: Told, known: dict[str, Beneficiary], consent: Consent | None, *, by: Viewer, at: datetime
) -> tuple[Beneficiary, str]:
    """One person of the register, new or back again; gives which it was. The project is locked, so numbers do not meet."""
    key = rules.identity(told)
    joined_on = told.joined_on or today(at)
    one = known.get(key)
    step = "return" if one is not None else "create"
    if one is None:
        last = sa.select(sa.func.coalesce(sa.func.max(Beneficiary.number), 0))
        number = session.scalar(last.where(Beneficiary.project_id == project.id, Beneficiary.minor.is_(told.minor))) or 0
        one = Beneficiary(project_id=project.id, identity=key, minor=told.minor, number=number + 1, joined_on=joined_on)
        session.add(one)
        known[key] = one
    one.left_on = None
    one.name = None if one.minor else told.name.strip()
    one.phone = rules.reachable(told.phone)
    one.guardian = told.guardian.strip() or None
    if consent is not None:
        one.consent_id = consent.id
    session.flush()
    journal.record(session, one.ref, step, by=by.ref, at=at, data={"project": project.ref, "consent": consent.ref if consent else None})
    return one, step


def read_in(
    session: Session, project: Project, *, file: files.Checked | None = None, pasted: str = "", signed_on: date | None = None,
    guardian_signed: bool = False, papers: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> tuple[int, int]:  # fmt: skip
    """导入名册, whole or not at all: (people who are new or back, people who stood there already).

    From a sheet or from rows pasted out of one. Refused with every bad cell. Without a signed paper people wait for it
    (待补同意书) and are not called by name until then.
    """
    must_run(project)
    project = _locked(session, project.id)
    place = "file" if file is not None else "pasted"
    people = _people(file or _as_file(pasted), place, today(at))
    if papers and (found := rules.consent_covers(sum(one.minor for one in people), guardian=guardian_signed)):
        raise Refused(Refusal(found.code, found.sentence, "guardian_signed"))
    consent = None
    if papers:
        if signed_on is None:
            raise refuse("signed_on", "请填写同意书的签署日期。", "signed_on")
        consent = keep_consent(session, project, signed_on=signed_on, guardian=guardian_signed, papers=papers, by=by, at=at)
    known = _known(session, project.id, [rules.identity(one) for one in people])
    there = {key for key, one in known.items() if one.left_on is None}
    fresh = [one for one in people if rules.identity(one) not in there]
    for told in fresh:
        _write_down(session, project, told, known, consent, by=by, at=at)
    journal.record(session, project.ref, "read_in", by=by.ref, at=at, data={"lines": len(people), "fresh": len(fresh)})
    return len(fresh), len(there)


def _people(file: files.Checked, place: str, day: date) -> list[Told]:
    try:
        lines = list(sheets.read(io.BytesIO(file.content), file.name, tuple(rules.HEADINGS.values())))
    except sheets.SheetError as error:
        raise refuse("sheet", str(error), place) from error
    if len(lines) > rules.MOST:
        raise refuse("long", f"名单有 {len(lines)} 行，一次最多 {rules.MOST} 行，请分成几份。", place)
    people, wrong = rules.judged(lines, day)
    if wrong:
        more = [f"还有 {len(wrong) - rules.SHOWN} 处，改好这些再看。"] if len(wrong) > rules.SHOWN else []
        raise Refused(*(Refusal("cell", one, place) for one in [*wrong[: rules.SHOWN], *more]))
    return people


def _as_file(pasted: str) -> files.Checked:
    """Rows copied out of a sheet, as a file of the same rows; without a header the usual order is meant."""
    lines = [line.split("\t") for line in pasted.replace("\r", "").split("\n") if line.strip()]
    if not lines:
        raise refuse("empty", "请选择名单文件，或把表格里的行复制后粘贴在这里。", "pasted")
    titles = list(rules.HEADINGS.values())
    if titles[0] not in (cell.strip() for cell in lines[0]):
        lines.insert(0, titles)
    missing = [one for one in titles if one not in (cell.strip() for cell in lines[0])]
    width = len(lines[0]) + len(missing)
    lines[0] += missing
    out = io.StringIO()
    csv.writer(out).writerows([*line, *[""] * (width - len(line))] for line in lines)
    return files.Checked("粘贴的名单.csv", out.getvalue().encode(), "text/csv")


def add_consent(
    session: Session, project: Project, keys: Collection[int], *, signed_on: date, guardian_signed: bool = False,
    papers: Sequence[files.Checked] = (), by: Viewer, at: datetime,
) -> int:  # fmt: skip
    """补交同意书: one paper for all whose signatures are on it; gives how many it covers."""
    project = _locked(session, project.id)
    chosen = session.scalars(
        sa.select(Beneficiary)
        .where(Beneficiary.project_id == project.id, Beneficiary.id.in_(keys), Beneficiary.erased_at.is_(None))
        .order_by(Beneficiary.id)
        .with_for_update()
    ).all()
    if not chosen or len(chosen) != len(set(keys)):
        raise refuse("people", "请勾选同意书上签了字的人。", "people")
    if found := rules.consent_covers(sum(one.minor for one in chosen), guardian=guardian_signed):
        raise Refused(Refusal(found.code, found.sentence, "guardian_signed"))
    consent = keep_consent(session, project, signed_on=signed_on, guardian=guardian_signed, papers=papers, by=by, at=at)
    for one in chosen:
        one.consent_id = consent.id
        journal.record(session, one.ref, "consent", by=by.ref, at=at, data={"consent": consent.ref})
    session.flush()
    return len(chosen)


def leave(session: Session, beneficiary: Beneficiary, *, left_on: date, by: Viewer, at: datetime) -> Beneficiary:
    """离开名册; what they came to stays counted."""
    if beneficiary.left_on is not None:
        raise refuse("left", "这个人已经不在册了。")
    if left_on < beneficiary.joined_on:
        raise refuse("left_on", "离开日期不能早于加入日期。", "left_on")
    if left_on > today(at):
        raise refuse("left_on", "离开日期还没有到。", "left_on")
    beneficiary.left_on = left_on
    session.flush()
    journal.record(session, beneficiary.ref, "leave", by=by.ref, at=at)
    return beneficiary


def reveal(session: Session, beneficiary: Beneficiary, *, by: Viewer, at: datetime) -> str:
    """查看电话 in full; the journal keeps who looked."""
    if not beneficiary.phone:
        raise refuse("no_phone", "没有登记电话。")
    journal.record(session, beneficiary.ref, "reveal", by=by.ref, at=at)
    return beneficiary.phone


def hand_out(session: Session, project: Project, *, by: Viewer, at: datetime) -> list[reads.Listed]:
    """导出名册, with names and telephones; the journal keeps who took it."""
    found = reads.everybody(session, project.id)
    journal.record(session, project.ref, "hand_out", by=by.ref, at=at, data={"people": len(found)})
    return found


def erase(session: Session, beneficiary: Beneficiary, *, note: str = "", by: Viewer | None, at: datetime) -> Beneficiary:
    """删除个人信息: name, telephone, guardian, consent, and what made the person known again. What was counted stays counted.

    At the person's wish or when the consent is withdrawn (个人信息保护法 §15, §47), and by time when the project is long over.
    """
    if beneficiary.erased_at is not None:
        raise refuse("erased", "这个人的信息已经删除了。")
    consent_id = beneficiary.consent_id
    beneficiary.name = beneficiary.phone = beneficiary.guardian = beneficiary.consent_id = None
    beneficiary.identity = f"erased:{secrets.token_hex(24)}"
    beneficiary.left_on = beneficiary.left_on or max(today(at), beneficiary.joined_on)
    beneficiary.erased_at = at
    session.flush()
    if consent_id is not None and session.scalar(sa.select(~sa.exists().where(Beneficiary.consent_id == consent_id))):
        files.detach(session, f"{Consent.REF}:{consent_id}", at=at)
    journal.record(session, beneficiary.ref, "erase", by=by.ref if by else "clock", at=at, note=note)
    return beneficiary


def erase_due(session: Session, at: datetime) -> int:
    """Erase who stands in the registers of projects long archived or terminated (`retention.beneficiary_days`)."""
    closed = (
        sa.select(Project.id, Project.area_code, Project.state_at)
        .where(
            Project.state.in_(OVER),
            Project.state_at < at - timedelta(days=1),
            sa.exists().where(Beneficiary.project_id == Project.id, Beneficiary.erased_at.is_(None)),
        )
        .order_by(Project.id)
    )
    done, days = 0, dict[str, int]()
    for key, area, since in session.execute(closed).all():
        if area not in days:
            days[area] = int(settings.value(session, "retention.beneficiary_days", at=at, area=area))
        if since > at - timedelta(days=days[area]):
            continue
        query = sa.select(Beneficiary).where(Beneficiary.project_id == key, Beneficiary.erased_at.is_(None)).order_by(Beneficiary.id)
        for one in session.scalars(query.limit(AT_ONCE - done).with_for_update()).all():
            erase(session, one, by=None, at=at)
            done += 1
        if done >= AT_ONCE:
            break
    return done


def call_names(
    session: Session,
    activity: Activity,
    *,
    present: Collection[int],
    unnamed: int | None = None,
    visits: int | None = None,
    by: Viewer,
    at: datetime,
) -> int:
    """点名: who of the register was there. Of a recorded activity the figures follow, those of its project in the same transaction.

    `unnamed`, `visits`: who else came, and 人次, of an activity that is recorded; of a planned one they are asked when it is.
    Gives how many were called by name. Refused with `rules.ATTENDANCE`, and for an activity that was cancelled or whose project is over.
    """
    project = _locked(session, activity.project_id)
    must_run(project)
    if activity.state == "cancelled":
        raise refuse("cancelled", "活动已取消，不能点名。")
    held = activity.state == "held"
    open_to = {one.id: (one, marked) for one, marked in reads.to_call(session, activity)}
    there = set(present)
    facts = rules.AttendanceFacts(
        unconsented=tuple(open_to[key][0].label for key in sorted(there & open_to.keys()) if _unsigned(*open_to[key])),
        strangers=len(there - open_to.keys()),
        named=len(there),
        unnamed=(activity.unnamed if unnamed is None else unnamed) if held else 0,
        visits=(activity.visits if visits is None else visits) if held else 0,
        held=held,
    )
    if wrong := [found for rule in rules.ATTENDANCE if (found := rule(facts)) is not None]:
        raise Refused(*wrong)
    before = {key for key, (_, marked) in open_to.items() if marked}
    session.execute(sa.delete(Attendance).where(Attendance.activity_id == activity.id, Attendance.beneficiary_id.in_(before - there)))
    session.add_all(Attendance(activity_id=activity.id, beneficiary_id=key) for key in sorted(there - before))
    if any(open_to[key][0].minor for key in there):
        activity.minors, activity.open_photos = True, False  # photos with children stay inside, also those already shown
    if held:
        activity.unnamed, activity.visits = facts.unnamed, facts.visits
        activity.persons = facts.named + facts.unnamed
    session.flush()
    data = {"named": len(there), "unnamed": facts.unnamed, "visits": facts.visits}
    journal.record(session, activity.ref, "attend", by=by.ref, at=at, data=data)
    count(session, project)
    return len(there)


def _unsigned(one: reads.Listed, marked: bool) -> bool:
    return one.consent_id is None and not marked


def draw_sample(
    session: Session, project: Project, *, size: int, without: Collection[int] = (), by: Viewer, at: datetime
) -> RegisterSample:
    """抽取样本 of those who stand in the register and have signed; by lot with a seed that is kept. The journal keeps who drew.

    `without`: who is left out, because drawn before for the same purpose.

    Refused for who has to stand aside for the organisation (回避), for an empty register and for more than `register.sample_most` at a time.
    """
    if by.id is None:
        raise refuse("person", "请先登录。")
    if tied := barred(session, by.id, [project.organisation_id], at):
        raise refuse("tie", f"登记显示您与{tied}有利害关系，应当回避，请由同事抽取。")
    most = int(settings.value(session, "register.sample_most", at=at, area=project.area_code))
    if not 1 <= size <= most:
        raise refuse("size", f"一次抽取 1 到 {most} 人。", "size")
    keys = session.scalars(
        sa.select(Beneficiary.id)
        .where(Beneficiary.project_id == project.id, Beneficiary.left_on.is_(None), Beneficiary.consent_id.is_not(None))
        .order_by(Beneficiary.id)
    ).all()
    keys = [key for key in keys if key not in without]
    if not keys and without:
        raise refuse("empty", "名册里签了同意书的服务对象都已经抽过了。", "size")
    if not keys:
        raise refuse("empty", "名册里还没有签了同意书的服务对象，不能抽样。", "size")
    sample = RegisterSample(
        project_id=project.id, seed=secrets.token_hex(16), size=min(size, len(keys)), found=len(keys), by_id=by.id, at=at
    )
    session.add(sample)
    session.flush()
    lots = draw(sample.seed, list(keys), sample.size)
    session.add_all(RegisterDrawn(sample_id=sample.id, position=n, beneficiary_id=key) for n, key in enumerate(lots, 1))
    session.flush()
    data = {"size": sample.size, "found": sample.found, "seed": sample.seed}
    journal.record(session, sample.ref, "draw", by=by.ref, at=at, data=data)
    journal.record(session, project.ref, "sample", by=by.ref, at=at, data={"size": sample.size, "found": sample.found})
    return sample


def look(session: Session, sample: RegisterSample, position: int, *, by: Viewer, at: datetime) -> reads.Listed:
    """查看 one of a sample in full; the journal keeps who looked at which. Refused for a draw of somebody else."""
    if sample.by_id != by.id:
        raise refuse("mine", "这份样本是别人抽取的，只有抽取的人可以查看。")
    key = session.scalar(
        sa.select(RegisterDrawn.beneficiary_id).where(RegisterDrawn.sample_id == sample.id, RegisterDrawn.position == position)
    )
    if key is None:
        raise refuse("position", "样本里没有这个次序。")
    found = reads.one(session, key)
    if found.erased_at is not None:
        raise refuse("erased", "这个人的信息已经删除。")
    journal.record(session, sample.ref, "look", by=by.ref, at=at, data={"position": position, "beneficiary": f"{Beneficiary.REF}:{key}"})
    return found
