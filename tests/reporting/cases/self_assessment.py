from tests.reporting.cases.midterm_report import subject

__all__ = ["subject"]
ASKER, OUTSIDER = "member", "rival"
WORDS = ("项目支出绩效自评表", "上门陪伴", "1/4", "85.00", "单位负责人签字")
