"""查毒: one content sent to ClamAV's daemon (`clamd`) in the INSTREAM protocol. Where none is configured nothing is scanned and nothing said."""

import socket
import struct
from collections.abc import Callable

BLOCK = 1 << 16
PATIENCE = 60
"""Seconds clamd may take for one answer; a large archive takes it some."""
Port = Callable[[bytes], str]
_port: list[Port] = []


class Unreachable(Exception):
    """clamd does not answer, or not in its own words; the file goes on waiting."""


def open_port(address: str) -> None:
    """Scan through `host:port` or through the path of a socket (`SANSHE_CLAMD`); empty: not at all."""
    _port[:] = [lambda content: _ask(address, content)] if address else []


def configured() -> bool:
    return bool(_port)


def scan(content: bytes) -> str:
    """The name of what was found in a content; empty when nothing was. Raises Unreachable."""
    if not _port:
        raise Unreachable("none configured")
    return _port[0](content)


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(PATIENCE)
        try:
            found.connect(address)
        except OSError:
            found.close()
            raise
        return found
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout=PATIENCE)


def _ask(address: str, content: bytes) -> str:
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), BLOCK):
                block = content[start : start + BLOCK]
                line.sendall(struct.pack(">I", len(block)) + block)
            line.sendall(struct.pack(">I", 0))
            told = b""
            while not told.endswith(b"\0") and (more := line.recv(4096)):
                told += more
    except (OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    answer = told.rstrip(b"\0\n").decode("utf-8", "replace")
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND").partition(": ")[2] or "unnamed"
    if answer.endswith(": OK"):
        return ""
    raise Unreachable(answer[:200] or "no answer")
