#!/bin/bash
# Copy the browser's libraries, at the versions package-lock.json pins, into webapp/static/vendor/, and the tests' into theirs.
# Needs Node's npm; only for those who change a version.
set -euo pipefail
cd "$(dirname "$0")/.."

vendor=$PWD/webapp/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp package.json package-lock.json .npmrc "$work"
(cd "$work" && npm ci --silent)
modules=$work/node_modules

mkdir -p "$vendor"
find "$vendor" -type f ! -name README.md -delete
take() {  # without the last line that points at a source map we do not ship
    sed -E '/^(\/\/|\/\*)# sourceMappingURL=/d' "$modules/$1" >"$vendor/${2:-$(basename "$1")}"
}
take bootstrap/dist/css/bootstrap.min.css
take bootstrap/LICENSE LICENSE-bootstrap.txt
take htmx.org/dist/htmx.min.js
take htmx.org/LICENSE LICENSE-htmx.txt

cd "$vendor"
for file in *.css *.js; do
    printf 'sha384-%s  %s\n' "$(openssl dgst -sha384 -binary "$file" | base64 -w0)" "$file"
done >SHA384SUMS

tests=../../../tests/browser/vendor
mkdir -p "$tests"
cp "$modules/axe-core/axe.min.js" "$tests/"
cp "$modules/axe-core/LICENSE" "$tests/LICENSE-axe.txt"
