"""Pages of lists of tickets: read in, look, register, take the answers out."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reports.report import Column
from webapp.core import sheets, web
from webapp.core.web import Back, Part, Verb, db, entry, now, page, viewer
from webapp.needs.models import Need
from webapp.needs.queries import category_labels
from webapp.tickets import actions, forms, queries, rules
from webapp.tickets.models import SOURCES, TicketList
from webapp.urgent.rules import kinds_of

bp = Blueprint("tickets", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEEPERS = ("community", "party_lead", "grid_worker", "street")
HANDLERS = frozenset({"community", "party_lead", "grid_worker"})


@bp.get("/tickets")
@entry("ticket_list.list")
def index() -> ResponseReturnValue:
    """The lists of one's area."""
    found = queries.listed(db.session(), viewer(), request.args.get("after"))
    return page("tickets/index.html", page=web.listing(found), back=Back(url_for("needs.index"), "需求"))


@bp.route("/tickets/new", methods=["GET", "POST"])
@entry("ticket_list.create")
def new() -> ResponseReturnValue:
    """读入一份清单."""
    form = forms.Upload()
    member: Any = next(one for one in viewer().members if one.role in KEEPERS)  # type: ignore[attr-defined]
    if form.validate_on_submit():
        given = {"file": form.file.data[0], "channel": form.channel.data, "area_code": member.area_code}
        found = web.tried(form, lambda: actions.read_in(db.session(), **given, by=_me(), at=now()))
        if found is not None:
            return redirect(url_for("tickets.show", id=found.id))
    return page(
        "tickets/new.html", 422 if request.method == "POST" else 200, heading="读入工单清单", form=form, multipart=True, parts=rules.PARTS,
        several=len(queries.communities(db.session(), member.area_code)) > 1, back=Back(url_for("tickets.index"), "工单清单"), submit="读入，先看一看",
    )  # fmt: skip


def _me() -> Any:
    return viewer()


@bp.get("/tickets/template.xlsx")
@entry("ticket_list.create")
def template() -> ResponseReturnValue:
    """An empty table for those whose platform gives none."""
    columns = [Column(part, names[0]) for part, names in rules.PARTS.items()]
    return web.download(sheets.write("xlsx", "工单清单", columns, [], at=now()), "工单清单.xlsx", XLSX)


@bp.get("/tickets/<int:id>")
@entry("ticket_list.read", TicketList)
def show(found: TicketList) -> ResponseReturnValue:
    """One list: before it is registered its lines as read, afterwards what each became."""
    typed = request.args.get("after", "")
    after = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
    lines = rules.unpack(found.waiting) if found.waiting else []
    before = queries.known(db.session(), found.channel, [one.number for one in lines]) if lines else {}
    became = queries.lines_of(db.session(), found.id, after) if found.state == "taken" else []
    return page(
        "tickets/show.html", found=queries.one(db.session(), found.id), lines=lines[:100], before=before, became=became, steps=web.can(found),
        entries=web.timeline(found.ref), sealed={one.number for one in lines if one.number not in before and kinds_of(f"{one.words}\n{one.place}")},
        other=sum(one.category == "other" for one in lines), handler=bool(HANDLERS & web.roles_here()),
        more=became[-1].position if became and became[-1].position < found.size else 0, labels=category_labels(db.session()),
        columns_told="、".join(dict.fromkeys(found.columns.values())), back=Back(url_for("tickets.index"), "工单清单"),
    )  # fmt: skip


@bp.post("/tickets/<int:id>/answers.xlsx")
@entry("ticket_list.answers", TicketList)
def answers(found: TicketList) -> ResponseReturnValue:
    """The list as it came, with our answers in it."""
    titles = [*found.headings, *(h for h in rules.answer_columns(found.headings).values() if h not in found.headings)]
    columns = [Column(f"c{n}", title) for n, title in enumerate(titles)]
    lines = list(queries.answers(db.session(), found))
    actions.record_answers(db.session(), found, by=_me(), at=now())
    name = f"{found.title.rpartition('.')[0] or found.title}（答复）.xlsx"
    return web.download(sheets.write("xlsx", found.sheet, columns, lines, at=now()), name, XLSX)


def _tickets(need: Need) -> Part | None:
    """Asked for only where one of the voices can have come as a ticket: the first, or one that was merged."""
    if not HANDLERS & web.roles_here() or (need.channel not in SOURCES and need.voices < 2):
        return None
    found = queries.ticket_of(db.session(), need.id)
    return Part("tickets/_need.html", {"tickets": found}) if found else None


PARTS = {"need": (_tickets,)}

web.steps(
    bp,
    TicketList,
    {
        "take": Verb(act=actions.take, said="已登记，可以在下面看每一行。"),
        "drop": Verb(act=actions.drop, said="没有登记，读入的内容已经清除。"),
    },
)
