from tests.reporting.cases.project_progress import subject

__all__ = ["subject"]
ASKER, OUTSIDER = "officer", "lead"
WORDS = ("项目绩效评价报告", "项目编号：G2026")
