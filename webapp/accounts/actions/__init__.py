"""Verbs of accounts, by what they act on."""

from webapp.accounts.actions.areas import Counted, import_areas, load_shipped_areas, read_table
from webapp.accounts.actions.duties import add_membership, end_deputy, hand_over, name_deputy
from webapp.accounts.actions.registry import add_dataset, add_organisation, add_person, note_record, see_bank
from webapp.accounts.actions.sign_in import (
    JOBS,
    TICK,
    begin_session,
    change_password,
    check_code,
    count_failure,
    count_try,
    second_step,
    send_code,
    set_home,
    set_texts,
    sign_out_everywhere,
    totp_off,
    totp_on,
)

__all__ = [
    "JOBS",
    "TICK",
    "Counted",
    "add_dataset",
    "add_membership",
    "add_organisation",
    "add_person",
    "begin_session",
    "change_password",
    "check_code",
    "count_failure",
    "count_try",
    "end_deputy",
    "hand_over",
    "import_areas",
    "load_shipped_areas",
    "name_deputy",
    "note_record",
    "read_table",
    "second_step",
    "see_bank",
    "send_code",
    "set_home",
    "set_texts",
    "sign_out_everywhere",
    "totp_off",
    "totp_on",
]
