"""What each payment, claim and recovery requires. Money never moves before all gates are open and two people have looked."""

from webapp.core.workflow import Rule
from webapp.funding.rules import claims, closing, ledger, sheets, tranches

REQUIRED: dict[str, tuple[Rule, ...]] = {**tranches.REQUIRED, **claims.REQUIRED, **closing.REQUIRED, **ledger.REQUIRED, **sheets.REQUIRED}

WORDS = {**tranches.WORDS, **claims.WORDS, **closing.WORDS, **ledger.WORDS, **sheets.WORDS}
