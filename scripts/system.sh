#!/bin/bash
# Install those of the named Debian packages that are missing. Asks nothing; does nothing when nothing is missing.
set -euo pipefail

missing=()
if command -v dpkg-query >/dev/null; then
    installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p')
    for package in "$@"; do
        grep -qxF "$package" <<<"$installed" || missing+=("$package")
    done
else
    echo "This is no Debian system. Please see that it has what these packages hold: $*" >&2
fi
((${#missing[@]})) || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Please run as root, then try again: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get -q update || echo "Some package lists could not be fetched; going on with those at hand." >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
