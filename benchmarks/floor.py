"""The floor: the least a Flask, SQLAlchemy and Jinja site does for such pages. No sign-in, rights, journal or CSRF.

A page of fifty rows in one statement, the page of one row, one insert with its commit, and every mark as XLSX or CSV.
Its database has the settings of ours (on SQLite: WAL, synchronous=FULL), and gunicorn serves it with the same flags.
"""

import csv
import io
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import xlsxwriter
from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

COLUMNS = ("编号", "项目", "申报单位", "评委", "得分", "状态", "提交时间")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str]
    call: Mapped[str]
    area: Mapped[str]
    amount: Mapped[int]
    state: Mapped[str]
    text: Mapped[str]


class Mark(Base):
    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[str]
    organisation: Mapped[str]
    judge: Mapped[str]
    points: Mapped[int]
    state: Mapped[str]
    at: Mapped[datetime]


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[int]
    text: Mapped[str]


FRAME = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="/static/site.css"></head><body>
<nav><a href="/">首页</a></nav><main>{% block main %}{% endblock %}</main></body></html>"""
LIST = """{% extends "frame.html" %}{% block title %}申报{% endblock %}{% block main %}<h1>申报</h1><table><thead><tr>
<th>编号</th><th>项目</th><th>申报单位</th><th>征集</th><th>落地</th><th>申请资助(元)</th><th>状态</th></tr></thead><tbody>
{% for one in rows %}<tr><td>{{ one.number }}</td><td><a href="{{ url_for("show", id=one.id) }}">{{ one.title }}</a></td>
<td>{{ one.organisation }}</td><td>{{ one.call }}</td><td>{{ one.area }}</td><td class="num">{{ "{:,.2f}".format(one.amount / 100) }}</td>
<td>{{ one.state }}</td></tr>{% endfor %}</tbody></table><a href="{{ url_for("index", after=rows[-1].id) }}">下一页</a>{% endblock %}"""
SHOW = """{% extends "frame.html" %}{% block title %}{{ one.title }}{% endblock %}
{% block main %}<h1>{{ one.title }}</h1>
<dl><dt>编号</dt><dd>{{ one.number }}</dd><dt>申报单位</dt><dd>{{ one.organisation }}</dd><dt>征集</dt><dd>{{ one.call }}</dd>
<dt>申请资助</dt><dd>{{ "{:,.2f}".format(one.amount / 100) }} 元</dd><dt>状态</dt><dd>{{ one.state }}</dd></dl>
<p>{{ one.text }}</p>{% endblock %}"""


def make_engine(address: str) -> sa.Engine:
    """An engine with the settings of ours; SQLite opens a transaction at the first write, as it does by itself."""
    engine = sa.create_engine(address)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: Any, _record: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON", "cache_size=-16000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def fill(address: str, items: int, marks: int) -> None:
    """As many rows as the city has."""
    engine = make_engine(address)
    Base.metadata.create_all(engine)
    at = datetime(2026, 3, 2)
    with engine.begin() as connection:
        for start in range(0, items, 5_000):
            rows = [
                {
                    "number": f"S2026-{n + 1:04d}", "title": f"银龄陪伴{n + 1}号", "organisation": f"示例社会服务中心{n % 100 + 1}",
                    "call": "2026 年公益创投第 1 期", "area": "桃花坞社区居委会", "amount": 5_000_000 + n * 100, "state": "街道意见完成",
                    "text": "为独居老人送餐、陪伴、义诊。" * 60,
                }
                for n in range(start, min(start + 5_000, items))
            ]  # fmt: skip
            connection.execute(sa.insert(Item), rows)
        for start in range(0, marks, 5_000):
            rows = [
                {
                    "number": f"S2026-{n // 5 + 1:04d}", "title": f"银龄陪伴{n // 5 + 1}号",
                    "organisation": f"示例社会服务中心{n % 100 + 1}", "judge": f"评委{n % 60 + 101}",
                    "points": 7_000 + n % 2_500, "state": "已提交", "at": at,
                }
                for n in range(start, min(start + 5_000, marks))
            ]  # fmt: skip
            connection.execute(sa.insert(Mark), rows)
    engine.dispose()


def _marks(session: Session) -> Iterator[tuple[object, ...]]:
    query = sa.select(Mark.number, Mark.title, Mark.organisation, Mark.judge, Mark.points, Mark.state, Mark.at).order_by(Mark.id)
    for number, title, organisation, judge, points, state, at in session.execute(query.execution_options(yield_per=2_000)):
        yield number, title, organisation, judge, points / 100, state, at


def as_xlsx(session: Session) -> bytes:
    """Every mark as a workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, COLUMNS)
    for number, row in enumerate(_marks(session), 1):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def as_csv(session: Session) -> bytes:
    """Every mark as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_marks(session))
    return out.getvalue().encode("utf-8-sig")


def make_site() -> Flask:
    """The floor over `FLOOR_DATABASE`; what gunicorn serves."""
    engine = make_engine(os.environ["FLOOR_DATABASE"])
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader({"frame.html": FRAME, "list.html": LIST, "show.html": SHOW})

    @app.get("/")
    def index() -> ResponseReturnValue:
        after = request.args.get("after", type=int, default=2**31 - 1)
        with Session(engine) as session:
            rows = session.scalars(sa.select(Item).where(Item.id < after).order_by(Item.id.desc()).limit(50)).all()
            return render_template("list.html", rows=rows)

    @app.get("/items/<int:id>")
    def show(id: int) -> ResponseReturnValue:
        with Session(engine) as session:
            return render_template("show.html", one=session.get_one(Item, id))

    @app.post("/notes")
    def write() -> ResponseReturnValue:
        with Session(engine) as session:
            session.add(Note(who=int(request.form["who"]), text=request.form["text"]))
            session.commit()
        return redirect(url_for("index"))

    @app.get("/marks.<suffix>")
    def marks(suffix: str) -> ResponseReturnValue:
        with Session(engine) as session:
            return Response(as_xlsx(session) if suffix == "xlsx" else as_csv(session), mimetype="application/octet-stream")

    return app
