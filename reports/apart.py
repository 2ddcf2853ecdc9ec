"""Work in a process that ends: so its memory is given back, however much it was."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection


def apart(work: Callable[[], bytes]) -> bytes:
    """What the work comes to. It begins with all that this process holds, so nothing is sent to it or loaded anew.

    Raises what the work raises, and RuntimeError where the process dies.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(work, theirs))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        found = None
    finally:
        ours.close()
        process.join()
    if isinstance(found, Exception):
        raise found
    if not isinstance(found, bytes):
        raise RuntimeError(f"the process that was to print died ({process.exitcode})")
    return found


def _answer(work: Callable[[], bytes], to: Connection) -> None:
    try:
        found: bytes | Exception = work()
    except Exception as error:
        found = error
    to.send(found)
