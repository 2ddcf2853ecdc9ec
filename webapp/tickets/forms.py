"""Forms of lists of tickets."""

from typing import Any

from wtforms import SelectField

from webapp.core.forms import FilesField, Form, NeedsFile
from webapp.tickets.models import SOURCES
from webapp.tickets.rules import MOST


class Upload(Form):
    """读入工单清单."""

    channel = SelectField("从哪个平台来", choices=list(SOURCES.items()))
    file = FilesField(
        "清单文件", [NeedsFile("请选择从平台导出的清单文件。")], one=True, description=f"XLSX 或 CSV，一次一个文件，最多 {MOST} 行。"
    )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and len(self.file.data) > 1:
            self.file.errors = ["一次请只选一个文件。"]
        return valid and not self.file.errors
