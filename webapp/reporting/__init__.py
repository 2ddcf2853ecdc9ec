"""Gathers rows for each report and hands them to reports/."""
