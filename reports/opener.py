"""Opening a PDF that somebody brings: the data inside it, and the digest printed in its metadata.

The file may be anything, damaged or made up; nothing here raises for it. As a program (`opener.py < FILE`) it is the process
for files that anybody may bring: a few kilobytes can be made to unpack to as much as one likes, so it may take only so much.
"""

import hashlib
import io
import json
import re
import resource
import sys
from typing import Any

MOST = 64 * 2**20  # bytes of data that are read from a file
MEMORY, SECONDS = 1024 * 2**20, 10
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def opened(file: bytes) -> tuple[str, str, dict[str, Any]] | None:
    """The digest of the data inside, the digest that is printed, and the data; None where there are none that can be read."""
    import pikepdf  # noqa: PLC0415 -- wanted by few processes

    try:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            raw = pdf.attachments["report.json"].get_file().read_bytes()
            printed = str(pdf.docinfo.get("/Keywords", ""))
        data = json.loads(raw) if len(raw) <= MOST else None
        json.dumps(data, ensure_ascii=False).encode()  # half a character can be written as JSON, and nowhere else
    except Exception:  # whatever a made-up file makes of its readers
        return None
    if not isinstance(data, dict):
        return None
    return "sha256:" + hashlib.sha256(raw).hexdigest(), printed if DIGEST.fullmatch(printed) else "", data


def main() -> None:
    """Read a file from standard input within `MEMORY` and `SECONDS`; write what `opened` found as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(json.dumps(opened(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
