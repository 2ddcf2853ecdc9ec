"""Rows to documents: each module turns what the queries gathered into a `reports.Report`, and knows no database."""
