"""Judges what is printed by the rules of PDF/A (ISO 19005-3), as `pikepdf[pdfa]` knows them; an archive would refuse what fails."""

import io
import os

import pytest


def passes(data: bytes) -> None:
    """Fails with what is wrong. Skips where a developer's packages are older than dev.txt; never in CI."""
    if not os.environ.get("CI"):
        pytest.importorskip("jsonschema", reason="make test-setup installs it")
    from pikepdf import pdfa

    judged = pdfa.validate_written(io.BytesIO(data), "3b")
    assert judged.passed, "\n".join(str(finding) for finding in judged.findings)
