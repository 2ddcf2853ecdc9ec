"""What journal entries of documents are called; documents have no states of their own."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {}
WORDS = {"report.ask": "申请编制", "report.issue": "编制完成"}
SUFFIXES = {"pdf": "PDF", "xlsx": "XLSX（Excel）", "csv": "CSV", "json": "JSON（机读）"}
SOURCES = {"published": "公开资料", "platform": "本平台账簿"}
