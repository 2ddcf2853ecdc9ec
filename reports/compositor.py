"""The process that sets one long table with Typst, and ends: so its memory is given back, whatever the table was.

Reads the data of rows.typ as JSON from standard input; writes a line of JSON that says where each row came to stand,
then the PDF. Arguments: the folders of the fonts.
"""

import json
import sys
from pathlib import Path

import typst


def main() -> None:
    press = typst.Compiler(
        input=Path(__file__).with_name("rows.typ"),
        font_paths=[Path(folder) for folder in sys.argv[1:]],
        ignore_system_fonts=True,
        sys_inputs={"data": sys.stdin.buffer.read().decode()},
    )
    pdf = press.compile(format="pdf", pdf_tags=False, pdf_standards="a-3b")
    if not isinstance(pdf, bytes):
        raise TypeError("one PDF was asked for")
    laid = json.loads(press.query("<laid>", field="value", one=True))
    sys.stdout.buffer.write(json.dumps(laid).encode() + b"\n" + pdf)


if __name__ == "__main__":
    main()
