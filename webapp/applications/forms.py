"""Forms of applications. `section_form` is the one builder: it turns a section of `CallRules` into fields.

Fields hold what was typed, as typed; reading it is `rules.read`, whose remarks are then shown at the fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from flask import request
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Plain
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from reports import format as printed
from webapp.applications.rules import BUDGET_ROW, INDICATOR_ROW, papers, source_names
from webapp.calls.rules import SOURCES, CallRules, Column, Question
from webapp.calls.rules.words import NO, YES
from webapp.core.forms import FilesField, Form, NoteForm, text
from webapp.core.workflow import Refusal

BLANK_ROWS = {"budget": 3, "indicators": 2}
BLANK_CELLS = 2
"""Empty rows a table question starts with."""
GIVEN = "given"
"""The cell that names a given row; nobody types into it."""


class Marks:
    """Says how a field is marked on the page; judges nothing."""

    def __init__(self, *, required: bool = False, maxlength: int | None = None) -> None:
        self.field_flags: dict[str, Any] = {"required": True} if required else {"optional": True}
        if maxlength:
            self.field_flags["maxlength"] = maxlength

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing is refused here: drafts keep what was typed."""


class Typed(StringField):
    """A figure as it was typed; `unit` stands beside the box."""

    def __init__(self, label: str = "", validators: Sequence[Any] = (), unit: str = "", **more: Any) -> None:
        super().__init__(label, list(validators), **more)
        self.unit = unit


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _select(label: str, options: Iterable[tuple[str, str]], **more: Any) -> SelectField:
    return SelectField(label, choices=[("", "请选择"), *options], validate_choice=False, **more)


def _field(question: Question) -> Any:
    marks = [Marks(required=question.required, maxlength=question.longest)]
    label, about = question.title, question.help
    if question.kind == "long":
        return TextAreaField(label, marks, description=about)
    if question.kind == "number":
        return Typed(label, marks, unit="人" if "人数" in label else "个", description=about)
    if question.kind == "money":
        return Typed(label, marks, unit="元", description=about)
    if question.kind == "date":
        return StringField(label, marks, widget=DateInput(), description=about)
    if question.kind == "choice":
        return _select(label, [(one, one) for one in question.options], validators=marks, description=about)
    if question.kind == "choices":
        return Boxes(label, marks, choices=[(one, one) for one in question.options], validate_choice=False, description=about)
    if question.kind == "yesno":
        return RadioField(label, marks, choices=[(YES, YES), (NO, NO)], validate_choice=False, description=about)
    if question.kind == "table":
        return FieldList(FormField(_table_row(question)), label, marks, description=about)
    return StringField(label, marks, description=about)


def _table_row(question: Question) -> Any:
    """The row of a table question; where the rows are given, the first cell says which it is."""
    fields: dict[str, Any] = {GIVEN: StringField("", render_kw={"readonly": True})} if question.rows else {}
    for column in question.columns:
        fields[column.key] = _cell(column)
    return type("TableRow", (Plain,), fields)


def _cell(column: Column) -> Any:
    title = column.title
    if column.kind in {"choice", "yesno"}:
        return _select(title, [(one, one) for one in (column.options if column.kind == "choice" else (YES, NO))])
    if column.kind == "number":
        return Typed(title, unit="数")
    if column.kind == "money":
        return Typed(title, unit="元")
    if column.kind == "date":
        return StringField(title, widget=DateInput())
    return StringField(title, render_kw={"inputmode": "tel"} if column.kind == "phone" else None)


class Choices:
    """What a section may choose from: categories, communities, needs."""

    def __init__(self, communities: Iterable[tuple[str, str]] = (), needs: Iterable[tuple[int, str, str]] = ()) -> None:
        self.communities = list(communities)
        self.needs = [(str(key), f"{title}（{number}）") for key, number, title in needs]


def section_form(rules: CallRules, key: str, choices: Choices) -> Any:
    """The class of the form of one section. Raises StopIteration for a section the call does not have."""
    fields: dict[str, Any] = {"version": HiddenField()}
    need = Marks(required=True)
    if key == "basics":
        fields["title"] = StringField("项目名称", [Marks(required=True, maxlength=40)])
        fields["category"] = _select("项目类别", [(one.key, one.title) for one in rules.categories], validators=[need])
        fields["starts_on"] = StringField("开始日期", [need], widget=DateInput())
        fields["ends_on"] = StringField("结束日期", [need], widget=DateInput())
        fields["communities"] = Boxes("落地社区", [need], choices=choices.communities, validate_choice=False)
        if choices.needs:
            fields["needs"] = Boxes("回应的需求", [need], choices=choices.needs, validate_choice=False)
    elif key == "indicators":
        fields["rows"] = FieldList(FormField(_indicator_row()), "指标")
    elif key == "budget":
        fields["requested"] = Typed("申请资助金额", [need], unit="元", description=f"不超过 {printed.yuan(rules.budget.ceiling)} 元。")
        about = "；".join(rule.text for rule in rules.budget.rules)
        fields["rows"] = FieldList(FormField(_budget_row(rules, choices)), "预算", description=about)
        proved = {one.source for one in rules.budget.matching if one.proof}
        for name in source_names(rules):
            fields[f"source_{name}"] = Typed(
                f"配套来源：{SOURCES[name]}",
                [Marks()],
                unit="元",
                description="填了金额的，请在“附件”里上传证明。" if name in proved else "",
            )
    else:
        section = next(one for one in rules.sections if one.key == key)
        fields |= {f"q_{question.key}": _field(question) for question in section.questions}
    return type("SectionForm", (Form,), fields)


def _indicator_row() -> Any:
    return type(
        "IndicatorRow",
        (Plain,),
        {
            "title": StringField("指标"),
            "unit": StringField("单位"),
            "target": Typed("目标值", unit="数"),
            "due_on": StringField("完成日期", widget=DateInput()),
        },
    )


def _budget_row(rules: CallRules, choices: Choices) -> Any:
    fields: dict[str, Any] = {
        "line": _select("科目", [(one.key, one.title) for one in rules.budget.lines]),
        "item": StringField("内容"),
        "unit": Typed("单价", unit="元"),
        "quantity": Typed("数量", unit="数"),
        "grant": Typed("资助", unit="元"),
        "own": Typed("配套（自筹）", unit="元"),
    }
    if len(choices.needs) > 1:
        fields["need"] = _select("对应需求", [(key, words.rpartition("（")[2].rstrip("）")) for key, words in choices.needs])
    return type("BudgetRow", (Plain,), fields)


def field_of(key: str, name: str) -> str:
    """The field of a section's form that holds an answer."""
    return name if key in {"basics", *BLANK_ROWS} else f"q_{name}"


def pairs(field: Any) -> list[tuple[str, str]]:
    """Names and values of a field's inputs as a browser would send them; given cells are not typed by anybody."""
    if isinstance(field, FieldList):
        return [pair for line in field for cell in line.form if cell.short_name != GIVEN for pair in pairs(cell)]
    values = field.data if isinstance(field.data, list) else [field.data or ""]
    return [(field.name, str(one)) for one in values]


def apart(form: Any, key: str) -> Any:
    """The form with ids of its own, so that several sections stand on one page; its names stay."""
    for field in form:
        field.id = field.label.field_id = f"{field.id}.{key}"
        if isinstance(field, FieldList):
            for line in field:
                line.id = f"{line.id}.{key}"
                apart(line.form, key)
    return form


def raw_of(form: Any, key: str) -> dict[str, Any]:
    """What was typed, as it is kept: rows without anything in them are left out."""
    if key == "basics":
        one = {name: form[name].data or "" for name in ("title", "category", "starts_on", "ends_on")}
        return {**one, "communities": form.communities.data or [], "needs": form.needs.data or [] if "needs" in form else []}
    if key in BLANK_ROWS:
        names = BUDGET_ROW if key == "budget" else INDICATOR_ROW
        lines = [{name: (line.form[name].data or "").strip() if name in line.form else "" for name in names} for line in form["rows"]]
        kept: dict[str, Any] = {"rows": [line for line in lines if any(line.values())]}
        asked = ("requested", *(name for name in form._fields if name.startswith("source_"))) if key == "budget" else ()
        return {**{name: form[name].data or "" for name in asked}, **kept}
    return {name.removeprefix("q_"): _typed(form[name]) for name in form._fields if name.startswith("q_")}


def _typed(field: Any) -> Any:
    """What one field holds, as it is kept: a table's rows without the empty ones, unless its rows are given."""
    if not isinstance(field, FieldList):
        return field.data or ""
    lines = [{cell.short_name: (cell.data or "").strip() for cell in line.form if cell.short_name != GIVEN} for line in field]
    return lines if any(GIVEN in line.form for line in field) else [line for line in lines if any(line.values())]


def data_of(rules: CallRules, raw: Mapping[str, Any], key: str, *, extra: str = "") -> dict[str, Any]:
    """The same for a form to start from; tables get some empty rows to go on with, one more where `extra` names them."""
    if key in BLANK_ROWS:
        lines = list(raw.get("rows") or ())
        blank = 1 if extra else (0 if lines else BLANK_ROWS[key])
        return {**raw, "rows": [*lines, *({} for _ in range(blank))]}
    if key == "basics":
        return dict(raw)
    found = {f"q_{name}": value for name, value in raw.items()}
    section = next(one for one in rules.sections if one.key == key)
    for question in section.questions:
        if question.kind == "table":
            found[f"q_{question.key}"] = _lines(question, raw.get(question.key), extra == f"q_{question.key}")
    return found


def _lines(question: Question, typed: Any, more: bool) -> list[Mapping[str, Any]]:
    lines = list(typed) if isinstance(typed, list | tuple) else []
    if question.rows:
        return [{GIVEN: title, **(lines[n] if n < len(lines) else {})} for n, title in enumerate(question.rows)]
    return [*lines, *({} for _ in range(int(more) if lines else BLANK_CELLS))]


def remark(form: Any, remarks: Iterable[Refusal]) -> list[Refusal]:
    """Show remarks at their fields; those that have none are given back."""
    left = []
    for one in remarks:
        field = _at(form, one.place)
        if field is None:
            left.append(one)
        else:
            field.errors = [*field.errors, one.sentence]
            table = one.place.partition("-")[0]
            if table != one.place and not form[table].errors:
                form[table].errors = [{}]
    return left


def _at(form: Any, place: str) -> Any:
    if place in form:
        return form[place]
    head, _, rest = place.partition("-")
    number, _, name = rest.partition("-")
    if head in form and number.isdecimal() and int(number) < len(form[head].entries):
        line = form[head].entries[int(number)].form
        return line._fields.get(name)
    return None


def files_form(rules: CallRules) -> Any:
    """The form that takes the attachments a call asks for, each with its own box."""
    fields = {
        f"paper_{paper.key}": FilesField(
            paper.title, [Marks(required=paper.required)], description="PDF、图片或 Office 文件，每个不超过 20 MB。"
        )
        for paper in papers(rules)
    }
    return type("FilesForm", (Form,), fields)


class GiveBack(NoteForm):
    """退回补正: which sections are opened again, each with what to correct."""

    sections = Boxes("退回哪些部分", validate_choice=False)
    note = TextAreaField("需要补正的内容", text("请写明需要补正的内容。", 500))

    titles: ClassVar[dict[str, str]] = {}
    """The sections of the application at hand, by key."""

    def remarks(self) -> dict[str, str]:
        """The remark typed at each section that is ticked."""
        return {key: request.form.get(f"remark-{key}", "").strip()[:300] for key in self.sections.data or ()}

    def validate(self, *args: Any, **more: Any) -> bool:
        fine: bool = super().validate(*args, **more)
        titles = self.titles
        empty = [titles[key] for key, remark in self.remarks().items() if key in titles and not remark]
        if empty:
            self.sections.errors = [f"请写明“{empty[0]}”要改什么。"]
        return fine and not empty

    def answers(self) -> dict[str, Any]:
        known = self.titles
        return {"note": self.note.data, "sections": {key: said for key, said in self.remarks().items() if key in known}}


SUGGESTED = 1000
"""How long a suggestion may be."""


class Ask(Form):
    """请承办机构优化."""

    wish = TextAreaField("希望得到哪些帮助", text("请写明希望得到哪些帮助，例如“指标怎样定得可以核对”。", 500))


class Give(Form):
    """项目优化的建议: one for the whole, and at wish one for each section."""

    overall = TextAreaField("总的建议", text("请写总的建议。", SUGGESTED))

    def answers(self) -> dict[str, Any]:
        return {"overall": (self.overall.data or "").strip(), "suggestions": said_of_sections()}

    def validate(self, *args: Any, **more: Any) -> bool:
        fine: bool = super().validate(*args, **more)
        if any(len(said) > SUGGESTED for said in said_of_sections().values()):
            self.form_errors.append(f"每一部分的建议最多 {SUGGESTED} 个字，请再精简一些。")
            return False
        return fine


def said_of_sections() -> dict[str, str]:
    """What was typed for single sections, by their keys; which sections there are, the action knows."""
    typed = {name.removeprefix("said-"): said.strip() for name, said in request.form.items() if name.startswith("said-")}
    return {key: said for key, said in typed.items() if said}


class NewApplication(Form):
    """开始申报."""

    title = StringField("项目名称", text("请填写项目名称。", 40))
    category = SelectField("项目类别", [DataRequired("请选择项目类别。")])


def check_form(count: int) -> Any:
    """The form of the formal check: an outcome and, for overrides, a reason for each rule."""
    fields: dict[str, Any] = {}
    for n in range(count):
        fields[f"outcome-{n}"] = SelectField(f"第 {n + 1} 条结果", choices=[("pass", "符合"), ("fail", "不符合"), ("manual", "待核对")])
        fields[f"reason-{n}"] = StringField(f"第 {n + 1} 条理由")
    return type("CheckForm", (Form,), fields)
