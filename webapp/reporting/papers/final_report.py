"""结项报告: what an organisation delivers at the end, filled from what was recorded, its own words beside it."""

from sqlalchemy.orm import Session

from reports.report import Block, Facts, Heading, Report, Section, Signatures, Text
from webapp.core.workflow import Refusal
from webapp.projects.models import Project
from webapp.reporting import blocks, delivered
from webapp.reporting.papers import Asked, Paper
from webapp.reporting.papers.final_accounts import CLOSING
from webapp.reporting.queries.closing import Whole, whole_of


def gather(session: Session, project: Project, asked: Asked) -> Whole:
    """All that was recorded of the project until the moment."""
    return whole_of(session, project, asked.as_of)


def build(found: Whole, asked: Asked) -> Report:
    head, told = found.head, found.final
    did: list[Block] = [blocks.paragraphs(told.done)] if told else [Text(("承办单位没有提交末期进展报告。",))]
    if found.held:
        did.append(blocks.activities(found.held))
    wrote: list[Block] = [Heading("存在的问题"), blocks.paragraphs(told.problems if told else "")]
    wrote += [Heading("后续打算"), blocks.paragraphs(told.next_steps if told else "")]
    sections = (
        Section("项目基本情况", (blocks.about(head, ("项目状态", found.state)), *delivered.needs(found))),
        Section("项目实施情况", tuple(did)),
        Section("绩效目标完成情况", (blocks.goals(found.goals),)),
        Section("服务情况", (delivered.served(found),)),
        Section("资金使用情况", (blocks.money_by_line(found.lines),)),
        Section("督导、整改和变更", (Heading("督导和整改"), *delivered.supervised(found), Heading("变更"), *delivered.changed(found))),
        Section("自我评价", (blocks.paragraphs(found.self_text),)),
        Section("问题和后续", tuple(wrote)),
        Section(
            "签字盖章",
            (
                Signatures(
                    (f"承办单位（盖章）：{head.organisation}\n项目负责人签字：", f"主办单位（盖章）：{head.organiser}\n审阅人签字：")
                ),
            ),
        ),
    )
    return asked.report(
        f"{head.title}\n结项报告", sections, issuer=head.organisation, lottery=head.lottery, contents=True,
        cover=Facts((("项目编号", head.number), ("承办单位", head.organisation), ("主办单位", head.organiser), ("实施期限", blocks.span(head)))),
        scope_note="指标完成数为活动记录的累计；人数：名册内的人参加多少场都计一人，名册外的按场计；资金为已认可的支出凭证。",
        sources=("本平台进展报告、活动记录、督导记录、变更记录和支出凭证",),
    )  # fmt: skip


def closes(project: Project) -> Refusal | None:
    """It is being closed, was closed or ended early."""
    return None if project.state in CLOSING else Refusal("running", "项目还没有申请结项。")


PAPER = Paper(
    key="final_report", title="结项报告", about=Project, right="progress.read", shared=True, gather=gather, build=build, retention="30",
    suffixes=("pdf", "docx"),
    author="organisation", ready=closes,
)  # fmt: skip
