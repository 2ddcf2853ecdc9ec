from tests.reporting.cases.receipt import subject

ASKER, OUTSIDER = "lead", "rival"
WORDS = ("公益创投项目申报书", "银龄陪伴", "伍万元整", "陪老人就医", "138****5678", "陪诊物资", "法定代表人（签字）")
__all__ = ["ASKER", "OUTSIDER", "WORDS", "subject"]
