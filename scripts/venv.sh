#!/bin/bash
# Make .venv with the first Python that is at least 3.11.
set -euo pipefail

for python in python3.11 python3 python3.12 python3.13; do
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" -m venv .venv
    fi
done
echo "No Python 3.11 or newer with venv was found." >&2
exit 1
