"""What journal entries of documents are called; documents have no states of their own."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {}
WORDS = {"report.ask": "申请编制", "report.issue": "编制完成"}
KINDS = {
    "funding": "资金情况报告",
    "progress": "项目进展情况报告",
    "performance": "绩效评价报告",
    "agreement": "项目协议书",
    "receipt": "申报回执",
}
REPORTS = {key: label for key, label in KINDS.items() if key not in {"agreement", "receipt"}}
SUFFIXES = {"pdf": "PDF", "xlsx": "XLSX（Excel）", "csv": "CSV", "json": "JSON（机读）"}
SOURCES = {"published": "公开资料", "platform": "本平台账簿"}
