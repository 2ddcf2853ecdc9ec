"""What a snapshot freezes."""

from typing import Any

from webapp.applications import queries
from webapp.applications.sealing import sealed, tail
from webapp.core import secrets


def content_of(found: queries.Whole) -> dict[str, Any]:
    """What a snapshot freezes: every section as read, the rows of the budget, the files by digest, and who applies."""
    sheets = {sheet.key: sheet.values for sheet in found.sheets}
    basics, organisation = sheets["basics"], found.organisation
    return {
        "title": basics["title"],
        "category": basics["category"],
        "requested_fen": sheets["budget"]["requested_fen"],
        "own_fen": sum(line["own_fen"] for line in sheets["budget"]["rows"]),
        "sections": {one.key: sealed(found.rules, one.key, sheets[one.key]) for one in found.rules.sections},
        "budget": sheets["budget"]["rows"],
        "sources": sheets["budget"].get("sources", {}),
        "indicators": sheets["indicators"]["rows"],
        "communities": basics["communities"],
        "needs": basics["needs"],
        "starts_on": basics["starts_on"],
        "ends_on": basics["ends_on"],
        "organisation": {
            "id": organisation.id,
            "name": organisation.name,
            "credit_code": organisation.credit_code,
            "grade": organisation.grade,
            "annual_check": organisation.annual_check,
            "registered_on": organisation.registered_on.isoformat() if organisation.registered_on else None,
            "legal_representative": organisation.legal_representative,
            "address": organisation.address,
            "phone": organisation.phone,
            "bank_name": organisation.bank_name,
            "bank_account": organisation.bank_account
            and {"sealed": secrets.seal(organisation.bank_account), "shown": tail(organisation.bank_account)},
        },
        "files": [{"name": one.name, "digest": one.digest, "kind": one.kind} for one in found.files],
    }
