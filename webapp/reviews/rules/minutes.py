"""抽取记录: how the strata of a draw are said; on paper, `reporting` makes it."""

from collections.abc import Mapping

from webapp.reviews.models import FIELDS


def strata_said(strata: Mapping[str, int]) -> str:
    """为老 2 人、法律 1 人."""
    return "、".join(f"{FIELDS.get(field, field)} {count} 人" for field, count in strata.items())
