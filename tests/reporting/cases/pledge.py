from tests.reporting.reviewed import pledged as subject

ASKER, OUTSIDER, CHOICE = "officer", "lead", "1"
WORDS = ("评审承诺书", "客观、公正、独立评分", "高校", "承诺人（签字）")
__all__ = ["ASKER", "CHOICE", "OUTSIDER", "WORDS", "subject"]
