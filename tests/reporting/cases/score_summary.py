from tests.reporting.reviewed import scored as subject

ASKER, OUTSIDER = "officer", "expert1"
WORDS = ("评审汇总表", "评委A", "80.00", "去高低平均", "需求真实，预算合理", "统计人（签字）")
NOT_IN_IT = ("晨光", "青苗")
__all__ = ["ASKER", "NOT_IN_IT", "OUTSIDER", "WORDS", "subject"]
