"""What journal entries of documents are called; documents have no states of their own."""

from webapp.core.workflow import Rule

REQUIRED: dict[str, tuple[Rule, ...]] = {}
WORDS = {
    "report.ask": "申请编制", "report.issue": "编制完成", "report.file": "扫描件归卷", "bundle.ask": "申请成批编制", "bundle.stop": "停下",
    "report.withdraw": "收回", "bundle.resume": "继续编制", "bundle.pack": "编制完成并打包",
    "own_table.save": "存为统计表", "own_table.change": "改列和条件", "own_table.rename": "改名", "own_table.share": "共享",
    "own_table.keep": "不再共享", "own_table.drop": "删除",
}  # fmt: skip
SUFFIXES = {"pdf": "PDF", "xlsx": "XLSX（Excel）", "csv": "CSV", "json": "JSON（机读）", "docx": "DOCX（Word）"}
SOURCES = {"published": "公开资料", "platform": "本平台账簿"}
