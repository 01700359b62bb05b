"""Compares what CoreLevel read from VAMAS files with what the vamas package of PyPI reads.

Usage: compare_vamas.py DUMP.json

The dump is a list of files: {"path": ..., "blocks": [{"block", "kind", "energies", "intensities", "transmission",
"photon_energy_eV", "sample"}]}. Exits 1 and names the first difference of each file where the two disagree.
"""

import json
import sys

import numpy as np
from vamas import Vamas

# The package turns nothing into single precision, CoreLevel keeps intensities so.
RELATIVE = 1e-7


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    # Two things that the package does not take: blank lines before the identifier, and lines that end in CR CR LF,
    # each of which Python's universal newlines make two.
    return Vamas(content.lstrip().replace(b"\r\r\n", b"\r\n"))


def difference(ours, theirs):
    """Names the first difference of a block, or returns None."""
    energies = theirs.x_start + theirs.x_step * np.arange(len(theirs.corresponding_variables[0].y_values))
    columns = {"energies": energies, "transmission": np.array([])}
    for variable in theirs.corresponding_variables:
        name = "transmission" if "transmission" in variable.label.lower() else "intensities"
        columns[name] = np.array(variable.y_values)
    if ours["kind"] not in theirs.x_label.lower():
        return f"abscissa {ours['kind']} but {theirs.x_label}"
    if ours["sample"] != theirs.sample_identifier:
        return f"sample {ours['sample']!r} but {theirs.sample_identifier!r}"
    if ours["photon_energy_eV"] != theirs.analysis_source_characteristic_energy < 1e36:
        return f"photon energy {ours['photon_energy_eV']} but {theirs.analysis_source_characteristic_energy}"
    for name, expected in columns.items():
        got = np.array(ours[name], dtype=float)
        if got.shape != expected.shape:
            return f"{len(got)} {name} but {len(expected)}"
        wrong = np.flatnonzero(np.abs(got - expected) > RELATIVE * np.maximum(np.abs(expected), 1e-30))
        if wrong.size:
            return f"{name}[{wrong[0]}] is {got[wrong[0]]} but {expected[wrong[0]]}"
    return None


def main():
    with open(sys.argv[1]) as file:
        dump = json.load(file)
    blocks, failures = 0, 0
    for entry in dump:
        theirs = read(entry["path"]).blocks
        ours = sorted(entry["blocks"], key=lambda block: block["block"])
        if [block["block"] for block in ours] != list(range(1, len(theirs) + 1)):
            print(f"{entry['path']}: {len(ours)} blocks but {len(theirs)}")
            failures += 1
            continue
        for mine, other in zip(ours, theirs):
            blocks += 1
            problem = difference(mine, other)
            if problem:
                print(f"{entry['path']}: block {mine['block']} ({other.block_identifier}): {problem}")
                failures += 1
                break
    if failures:
        return 1
    print(f"{blocks} blocks of {len(dump)} files agree")
    return 0


sys.exit(main())
