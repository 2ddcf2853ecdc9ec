"""What each document is tried on (`tests/reporting/test_papers.py`): one file for each, named like the paper.

`subject(session, cast)` makes what it is about (None for a report over many) · `ASKER` and `OUTSIDER` are people of the cast: one
who may have it, one who may not · `WORDS` must stand in it, `NOT_IN_IT` must not · `CHOICE`, where the paper has choices.
"""
