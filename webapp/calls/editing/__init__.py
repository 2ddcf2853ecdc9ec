"""How a call's rules are edited by people: one declared table of pages, records and fields, and pure work on the JSON of the rules.

Nothing here knows the web or the database. `shape` says what there is, `nodes` finds and changes one place, `trees` does so for
rubrics, `differences` tells two versions apart in words, `guards` says on which page what does not fit is mended.
"""
