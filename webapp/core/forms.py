"""What every form shares: Chinese messages, money that is parsed once, and files that are looked into."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Literal

from flask import has_request_context, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import DateField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import FileInput, TextInput

from reports.money import Money
from webapp.core import files, fit, secrets, uploads
from webapp.core.workflow import NotAllowed, Refused

APPLE = re.compile("iPhone|iPad|iPod")
"""Telephones whose browser takes `audio/*` for films and opens the camera (WebKit 242110): there the endings are named instead."""
TOKEN = re.compile(r"[\w-]{20,43}")
STALE_CHOICE = "选的内容现在不能选了，请从列出的里面重新选。"
"""What was chosen is gone from the choices: someone else was quicker, or the page was old. The library's own words for several are English."""
NO_SUCH_DAY = "日期应在 1900 年到 2100 年之间，请核对年份。"


class Form(FlaskForm):
    """A form in Chinese. A form that did not validate is shown again with all that was typed (422)."""

    class Meta(FlaskForm.Meta):
        locales = ("zh",)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """A field of its form; one that offers choices says in plain words that a choice is gone."""
            field = super().bind_field(form, unbound_field, options)
            if isinstance(field, SelectField):
                choosing: Any = field  # the stubs of the library do not know these two yet
                choosing.invalid_choice_message = choosing.invalid_choice_message or STALE_CHOICE
                choosing.invalid_value_message = choosing.invalid_value_message or STALE_CHOICE
            return field

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field by its own rules; and no day that cannot be meant."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field, DateField) and isinstance(field.data, date) and not fit.sensible(field.data):
                field.errors = [*field.errors, NO_SUCH_DAY]
                valid = False
        return valid

    def answers(self) -> dict[str, Any]:
        """What was filled in, by field, as the action takes it; a text that was not sent at all is an empty one."""
        empty = {field.short_name for field in self if isinstance(field, StringField) and field.data is None}
        return {name: "" if name in empty else value for name, value in self.data.items() if name not in {"csrf_token", "submit"}}


def required(message: str) -> list[Any]:
    """The field must be filled; the message says with what."""
    return [DataRequired(message)]


def text(message: str, longest: int) -> list[Any]:
    """Required text of at most so many characters."""
    return [DataRequired(message), Length(max=longest, message=f"最多 {longest} 个字，请再精简一些。")]


def optional(longest: int) -> list[Any]:
    return [Optional(), Length(max=longest, message=f"最多 {longest} 个字，请再精简一些。")]


class MoneyField(Field):
    """An amount; `unit` is 元 or 万元 and stands beside the box. Gives Money, or None for an empty optional one."""

    widget = TextInput()

    def __init__(self, label: str = "", validators: Sequence[Any] = (), unit: Literal["元", "万元"] = "元", **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.unit = unit
        self._typed: str | None = None

    def _value(self) -> str:
        if self._typed is not None:
            return self._typed
        if not isinstance(self.data, Money):
            return ""
        return f"{self.data.fen / 100:.2f}" if self.unit == "元" else f"{self.data.fen / 1_000_000:.6f}".rstrip("0").rstrip(".")

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self._typed = str(valuelist[0])
        self.data = None
        if self._typed.strip():
            self.data = Money.parse(self._typed, self.unit)

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        """What was typed and is no amount is told as that, not as missing."""
        if self.process_errors:
            self.errors = list(self.process_errors)
            return False
        return bool(super().validate(form, list(extra_validators)))


class FilesInput(FileInput):
    """The box for files, with those that have come already: ticked, so that without scripts, too, one can be left out again.

    `upload.js` sends what is chosen piece by piece and adds it to the list; without it the form takes the files along.
    """

    def __call__(self, field: Any, **more: Any) -> Markup:
        more |= {"data-largest": files.LARGEST, "data-smaller": files.SMALLER}
        if field.one:
            return super().__call__(field, **more)
        more |= {"data-upload": "/uploads", "data-sound": "1" if field.sound else "0"}
        lines = [
            Markup('<li><label><input type="checkbox" name="{}" value="{}" checked> {}</label> <span class="size">{}</span></li>').format(
                field.name, token, file.name, files.sized(len(file.content))
            )
            for token, file in field.kept()
        ]
        kept = Markup('<ul class="files sent" data-sent="{}">{}</ul>').format(field.id, Markup("").join(lines))
        return super().__call__(field, **more) + kept


class FilesField(Field):
    """One or more uploaded files, looked into; gives a list of `files.Checked`. The one door for files.

    `sound`: one recording. `one`: one file that is read and not kept (a sheet); it is not shown again when it was wrong.
    """

    widget = FilesInput(multiple=True)

    def __init__(self, label: str = "", validators: Sequence[Any] = (), sound: bool = False, one: bool = False, **kwargs: Any) -> None:
        self.one = one
        if one:
            kwargs.setdefault("widget", FilesInput())
        if sound:
            kwargs |= {"widget": FilesInput(), "render_kw": {"accept": "audio/*", "capture": True}}
        if sound and has_request_context() and APPLE.search(request.user_agent.string):
            kwargs["render_kw"] = {"accept": ",".join(f".{ending}" for ending in files.SOUNDS)}
            kwargs["description"] = f"{kwargs.get('description', '')}请先用“语音备忘录”录好，存到“文件”里，再从这里选。"
        super().__init__(label, list(validators), **kwargs)
        self.sound = sound

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data, wrong = [], ""
        for item in valuelist:
            try:
                if isinstance(item, FileStorage) and item.filename:
                    self.data.append(files.check(item.filename, item.read(), sound=self.sound))
                elif isinstance(item, str) and TOKEN.fullmatch(item) and not self.one:
                    self.data.append(_sent(item, sound=self.sound))
            except Refused as refused:
                wrong = wrong or refused.refusals[0].sentence
        if self.one or self.sound:
            self.data = self.data[:1]  # a file sent with the form itself stands before one that waited
        if wrong:
            raise ValueError(wrong)

    def kept(self) -> list[tuple[str, files.Checked]]:
        """What has come and is shown again with the form, each under the token by which the form takes it along the next time."""
        if self.one or request.method in {"GET", "HEAD"} or not isinstance(self.data, list):
            return []
        found = ((one.upload or _stashed(one, sound=self.sound), one) for one in self.data)
        return [(token, one) for token, one in found if token]

    def _value(self) -> bool:
        return False


def _sent(token: str, *, sound: bool) -> files.Checked:
    """A file that came piece by piece before its form. Raises Refused."""
    from webapp.core import web  # noqa: PLC0415 -- which imports this

    return uploads.waiting(web.db.session(), token, by=web.viewer().ref, sound=sound)


def _stashed(file: files.Checked, *, sound: bool) -> str:
    """Keep a file whose form is shown again; gives its token. Nobody's files are not kept."""
    from webapp.core import web  # noqa: PLC0415 -- which imports this

    who, at, token = web.viewer(), web.now(), secrets.token()
    if who.id is None:
        return ""
    web.set_aside(lambda own: uploads.stash(own, file, token, by=who.ref, at=at, sound=sound))
    return token


class NeedsFile:
    """At least one file must come."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: FilesField) -> None:
        if not field.data and not field.errors:
            raise ValidationError(self.message)


class NoteForm(Form):
    """The form of a step that asks for nothing but, perhaps, a reason."""

    note = TextAreaField("说明", [Length(max=1000, message="最多 1000 个字。")])


def fields_of(form: type[Form]) -> list[str]:
    """The names of a form's fields, without making one (which needs a request)."""
    return [name for name in dir(form) if not name.startswith("_") and hasattr(getattr(form, name), "field_class")]


_BOX = re.compile(r'(id="form-errors".*?<ul>)(.*?)(</ul>)', re.DOTALL)
_LINE = re.compile(r"<li>.*?</li>", re.DOTALL)
_TO = re.compile(r'<a href="#([^"]+)"')


def in_page_order(html: str) -> str:
    """A page whose error box lists the fields as they stand on the page, from top to bottom; what names no field comes last."""
    box = _BOX.search(html)
    if box is None:
        return html
    below = html[box.end() :]

    def place(line: str) -> int:
        to = _TO.search(line)
        found = below.find(f'id="{to[1]}"') if to else -1
        return found if found >= 0 else len(below)

    lines = sorted(_LINE.findall(box[2]), key=place)
    return f"{html[: box.start(2)]}{''.join(lines)}{html[box.end(2) :]}"


def told_at_fields(form: Form, refused: Refused) -> bool:
    """Say refusals at the fields they name; False when one of them names none, and the whole is told instead."""
    if isinstance(refused, NotAllowed) or any(r.place not in form for r in refused.refusals):
        return False
    for one in refused.refusals:
        form[one.place].errors = [*form[one.place].errors, one.sentence]
    return True


__all__ = [
    "FilesField",
    "Form",
    "InputRequired",
    "MoneyField",
    "NeedsFile",
    "NoteForm",
    "fields_of",
    "in_page_order",
    "optional",
    "required",
    "text",
    "told_at_fields",
]
