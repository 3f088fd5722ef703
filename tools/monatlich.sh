#!/bin/sh
# The monthly run: fetch, build and check, render, then say what has changed in the reports.
# Reports of some areas only: sh tools/monatlich.sh Kray IV. Tables, source files and reports lie elsewhere if
# SOZIALRAUM_DATA, RAW and REPORTS say so. Status 0 also where a publisher did not answer: what was there stays.
set -eu
cd "$(dirname "$0")/.."
sozialraum=${BIN:-.venv/bin}/sozialraum
raw=${RAW:-data/raw}
SOZIALRAUM_DATA=$(realpath "${SOZIALRAUM_DATA:-data/essen}")
export SOZIALRAUM_DATA
vorher=$(dirname "$SOZIALRAUM_DATA")/vorher

rm -rf "$vorher"
cp -r "$SOZIALRAUM_DATA" "$vorher"
trap 'rm -rf "$vorher"' EXIT

"$sozialraum" data fetch --raw "$raw" || {
	[ $? -eq 1 ] # a file is missing; anything else stops
	echo "Weiter mit dem, was da ist."
}
"$sozialraum" data build --raw "$raw"
if [ $# -gt 0 ]; then
	"$sozialraum" render "$@" --out "${REPORTS:-reports}"
else
	"$sozialraum" render --all --out "${REPORTS:-reports}"
fi
echo
echo "Was sich geändert hat:"
"$sozialraum" data diff "$@" --vorher "$vorher"
