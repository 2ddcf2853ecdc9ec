from tests.reporting.reviewed import drawn as subject

ASKER, OUTSIDER = "officer", "expert1"
WORDS = ("评审专家抽取记录", "评审一组", "5 席，其中财务 1 席；候补 2 人", "沈督", "draw-2026-12", "为老", "候补", "监督人（签字）")
__all__ = ["ASKER", "OUTSIDER", "WORDS", "subject"]
