from tests.reporting.cases.project_progress import subject

ASKER, OUTSIDER = "officer", "rival"
WORDS = ("卷内文件目录", "卷内备考表", "保管期限", "银龄陪伴", "没有登记过扫描件")

__all__ = ["subject"]
