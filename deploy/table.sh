#!/usr/bin/env bash
# Regenerates the paper's comparison (arXiv 2603.05350): MLP, CNN and STN at largest shifts of 0 to 5 eV by its protocol
# (80,000 fixed spectra, 20,000 others to watch), cut to 25 epochs, and the three at 3 eV in full.
#
#   deploy/table.sh FOLDER [CELL ...]      a cell is such as stn-3eV, or stn-3eV-full for up to 130 epochs
#
# What is in FOLDER already is not computed again, and a training that was interrupted goes on from its last epoch.
# The result: FOLDER/results.jsonl, results.md and plot.png. TABLE_SEED, TABLE_SPECTRA and TABLE_EPOCHS change the
# protocol; CORELEVEL_EXECUTABLE names a program that is built already.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
mkdir -p "$1"
folder="$(realpath "$1")"
shift
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"

corelevel="${CORELEVEL_EXECUTABLE:-}"
if [ -z "$corelevel" ]; then
    prepare python3-venv
    # Trainings are long: let the compiler use all of this processor.
    flags=("${swift_flags[@]}" -Xcc -march=native --scratch-path .build/native)
    swift build "${flags[@]}" --product corelevel >&2
    corelevel="$(swift build "${flags[@]}" --show-bin-path)/corelevel"
fi

cells=("$@")
if [ ${#cells[@]} -eq 0 ]; then
    for shift in 3 0 5 1 4 2; do
        for network in mlp cnn stn; do cells+=("$network-${shift}eV"); done
    done
    for network in mlp cnn stn; do cells+=("$network-3eV-full"); done
fi

spectra="${TABLE_SPECTRA:-80000}"
seed="${TABLE_SEED:-1}"
for cell in "${cells[@]}"; do
    network="${cell%%-*}"
    shift="${cell#*-}"
    shift="${shift%%eV*}"
    weights="$folder/$cell.safetensors"
    epochs="${TABLE_EPOCHS:-25}"
    if [[ "$cell" == *-full ]]; then
        epochs=130
        # The first epochs of the full training are those of the cell that was cut.
        cut="$folder/${cell%-full}"
        if [ ! -e "$weights" ] && [ ! -e "$weights.checkpoint" ] && [ -e "$cut.safetensors.checkpoint" ]; then
            cp "$cut.safetensors.checkpoint" "$weights.checkpoint"
            grep '^{"epoch"' "$cut.jsonl" >"$folder/$cell.jsonl"
        fi
    fi
    if [ ! -e "$weights" ]; then
        echo "$(date -u +%T) $cell: training" >&2
        "$corelevel" train --recipe paper --architecture "$network" --max-shift "$shift" --spectra "$spectra" \
            --epochs "$epochs" --seed "$seed" --keep-checkpoint --json --out "$weights" \
            >>"$folder/$cell.jsonl" 2>>"$folder/$cell.log"
    fi
    if [ ! -e "$folder/$cell.test.json" ]; then
        echo "$(date -u +%T) $cell: test" >&2
        "$corelevel" evaluate --model "$weights" --max-shift "$shift" --spectra 20000 --json \
            >"$folder/$cell.test.part" 2>>"$folder/$cell.log"
        mv "$folder/$cell.test.part" "$folder/$cell.test.json"
    fi
done

python="${CORELEVEL_PYTHON:-.build/table-venv/bin/python}"
if ! "$python" -c 'import matplotlib' 2>/dev/null; then
    echo "Making .build/table-venv with matplotlib from PyPI ..." >&2
    python3 -m venv .build/table-venv
    .build/table-venv/bin/pip install -q --disable-pip-version-check matplotlib >&2
    python=.build/table-venv/bin/python
fi
"$python" deploy/table.py "$folder"
