"""Voices of residents, their public wording, handling, and the list of needs."""
