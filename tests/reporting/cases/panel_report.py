from tests.reporting.reviewed import reported as subject

ASKER, OUTSIDER = "officer", "lead"
WORDS = ("评审报告", "银龄陪伴", "80.00", "第二个项目的预算偏高", "（组长）", "未签署", "政府采购法实施条例第四十一条")
__all__ = ["ASKER", "OUTSIDER", "WORDS", "subject"]
