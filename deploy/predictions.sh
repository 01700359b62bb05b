#!/usr/bin/env bash
# What the default model says of the C 1s and O 1s regions of real spectra, with added offsets and cut windows.
#
#   deploy/predictions.sh FILE... > deploy/predictions/real.jsonl
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
"$root/.build/release/corelevel" stability "$@" --regions "C 1s,O 1s" --json
