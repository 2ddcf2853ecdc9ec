"""Funds and their rules, calls for proposals, categories, timetable."""
