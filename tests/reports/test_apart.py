"""Work in a process of its own gives its result or its error back, and never nothing."""

import os

import pytest

from reports.apart import apart


def test_what_comes_out_is_what_the_work_gave_and_it_was_done_elsewhere() -> None:
    here = os.getpid()
    assert apart(lambda: b"%d" % (os.getpid() != here)) == b"1"


def test_an_error_is_raised_here() -> None:
    def fails() -> bytes:
        raise ValueError("页面不合")

    with pytest.raises(ValueError, match="页面不合"):
        apart(fails)


def test_a_process_that_dies_is_an_error() -> None:
    def dies() -> bytes:
        os._exit(9)

    with pytest.raises(RuntimeError, match="9"):
        apart(dies)
