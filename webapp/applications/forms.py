"""Forms of applications. `section_form` is the one builder: it turns a section of `CallRules` into fields.

Fields hold what was typed, as typed; reading it is `rules.read`, whose remarks are then shown at the fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Plain
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from reports import format as printed
from webapp.applications.rules import BUDGET_ROW, INDICATOR_ROW
from webapp.calls.rules import CallRules, Question
from webapp.core.forms import FilesField, Form, text
from webapp.core.workflow import Refusal

BLANK_ROWS = {"budget": 3, "indicators": 2}


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
    return StringField(label, marks, description=about)


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
        about = ";".join(rule.text for rule in rules.budget.rules)
        fields["rows"] = FieldList(FormField(_budget_row(rules, choices)), "预算", description=about)
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


def raw_of(form: Any, key: str) -> dict[str, Any]:
    """What was typed, as it is kept: rows without anything in them are left out."""
    if key == "basics":
        one = {name: form[name].data or "" for name in ("title", "category", "starts_on", "ends_on")}
        return {**one, "communities": form.communities.data or [], "needs": form.needs.data or [] if "needs" in form else []}
    if key in BLANK_ROWS:
        names = BUDGET_ROW if key == "budget" else INDICATOR_ROW
        lines = [{name: (line.form[name].data or "").strip() if name in line.form else "" for name in names} for line in form["rows"]]
        kept: dict[str, Any] = {"rows": [line for line in lines if any(line.values())]}
        return {"requested": form.requested.data or "", **kept} if key == "budget" else kept
    return {name.removeprefix("q_"): form[name].data or "" for name in form._fields if name.startswith("q_")}


def data_of(raw: Mapping[str, Any], key: str, *, extra: int = 0) -> dict[str, Any]:
    """The same for a form to start from; tables get some empty rows to go on with."""
    if key in BLANK_ROWS:
        lines = list(raw.get("rows") or ())
        blank = extra or (0 if lines else BLANK_ROWS[key])
        return {**raw, "rows": [*lines, *({} for _ in range(blank))]}
    if key == "basics":
        return dict(raw)
    return {f"q_{name}": value for name, value in raw.items()}


def remark(form: Any, remarks: Iterable[Refusal]) -> list[Refusal]:
    """Show remarks at their fields; those that have none are given back."""
    left = []
    for one in remarks:
        field = _at(form, one.place)
        if field is None:
            left.append(one)
        else:
            field.errors = [*field.errors, one.sentence]
            if one.place.startswith("rows-") and not form["rows"].errors:
                form["rows"].errors = [{}]
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
        for paper in rules.attachments
    }
    return type("FilesForm", (Form,), fields)


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
