"""Agreements, activities, progress, supervision, changes: a project from award to closing."""
