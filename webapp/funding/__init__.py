"""Tranches, gates, payments, spending documents, recovery: what the book is told, and why."""
