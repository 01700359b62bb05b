#!/usr/bin/env python3
"""Writes the table of photoionisation cross-sections of Spectroscopy, in Swift, one file for each range of elements.

    pip install xraylib==4.3.0
    deploy/generate-cross-sections.py Sources/Spectroscopy

Source: xraylib (BSD 3-clause), Kissel partial photoelectric cross-sections: Hartree-Fock, as Scofield's of 1976
(J. Electron Spectrosc. 8, 129), whose table at Al K-alpha they repeat to 0.3 % where the two were compared.
xraylib gives them per electron: the sum over a subshell's electrons is partial x occupation, which the script checks
against xraylib's own total of each element. Relative to C 1s (two electrons) that is for a filled subshell the factor
(2j + 1) / 2; an open one holds fewer than 2j + 1 electrons.

A line of the table is `element subshell energy_eV`, then one cross-section in kilobarn per energy of GRID_EV; `-` where
the photon does not ionise the subshell or lies within EDGE_MARGIN_EV of its edge.
Left out: hydrogen and helium, subshells bound by less than LOWEST_EV or more than HIGHEST_EV, and s and p subshells of
the outermost principal shell, which are valence.
"""
import os
import sys

import xraylib

LOWEST_EV, HIGHEST_EV = 9.0, 1450.0
LAST_ELEMENT = 83
#: Mg and Al K-alpha exactly; cubic interpolation in the logarithms repeats xraylib to 0.3 % between the rest.
GRID_EV = (300, 365, 445, 540, 660, 820, 1020, 1253.6, 1486.6, 1900, 2500, 3300, 4500, 6600, 10000)
FILES = ((3, 30), (31, 47), (48, 60), (61, 73), (74, 83))
#: Nearer to its edge than this a cross-section bends too much for interpolation (delayed onset of d subshells).
EDGE_MARGIN_EV = 120
SHELLS = {
    "K": "1s", "L1": "2s", "L2": "2p1/2", "L3": "2p3/2",
    "M1": "3s", "M2": "3p1/2", "M3": "3p3/2", "M4": "3d3/2", "M5": "3d5/2",
    "N1": "4s", "N2": "4p1/2", "N3": "4p3/2", "N4": "4d3/2", "N5": "4d5/2", "N6": "4f5/2", "N7": "4f7/2",
    "O1": "5s", "O2": "5p1/2", "O3": "5p3/2", "O4": "5d3/2", "O5": "5d5/2",
    "P1": "6s", "P2": "6p1/2", "P3": "6p3/2",
}


def constant(shell):
    return getattr(xraylib, shell + "_SHELL")


def or_none(function, *arguments):
    try:
        return function(*arguments)
    except ValueError:
        return None


def occupation(element, shell):
    return or_none(xraylib.ElectronConfig, element, constant(shell)) or 0.0


def kilobarn(element, shell, photon_ev):
    """Cross-section of a subshell, all its electrons together."""
    if photon_ev < EDGE_MARGIN_EV + 1000 * xraylib.EdgeEnergy(element, constant(shell)):
        return None
    partial = or_none(xraylib.CSb_Photo_Partial, element, constant(shell), photon_ev / 1000)
    return None if partial is None else partial * occupation(element, shell) / 1000


def check_that_partials_are_per_electron(element):
    photon_kev = 1.4866
    parts = sum(
        (or_none(xraylib.CSb_Photo_Partial, element, constant(s), photon_kev) or 0) * occupation(element, s)
        for s in SHELLS)
    whole = xraylib.CSb_Photo_Total(element, photon_kev)
    assert abs(parts / whole - 1) < 1e-6, f"element {element}: subshells sum to {parts}, total {whole}"


def number(value):
    """Four digits, fewer for what is too weak to be used."""
    if value is None:
        return "-"
    digits = 4 if value >= 1 else 3 if value >= 0.01 else 2
    return f"{value:.{digits}g}".replace("e-0", "e-")


def rows(element):
    symbol = xraylib.AtomicNumberToSymbol(element)
    occupied = [s for s in SHELLS if occupation(element, s) > 0]
    outermost = max(int(SHELLS[s][0]) for s in occupied)
    for shell in occupied:
        orbital = SHELLS[shell]
        edge = or_none(xraylib.EdgeEnergy, element, constant(shell))
        if edge is None or not LOWEST_EV <= edge * 1000 <= HIGHEST_EV:
            continue
        if int(orbital[0]) == outermost and orbital[1] in "sp":
            continue
        values = [number(kilobarn(element, shell, energy)) for energy in GRID_EV]
        if any(value != "-" for value in values):
            yield f"{symbol} {orbital} {edge * 1000:.1f} " + " ".join(values)


def swift(first, last):
    names = xraylib.AtomicNumberToSymbol(first), xraylib.AtomicNumberToSymbol(last)
    lines = [
        "// Written by deploy/generate-cross-sections.py; change that, not this.",
        "",
        "extension CrossSectionTable {",
        f"    /// {names[0]} to {names[1]}.",
        f"    static let {names[0].lower()}To{names[1]} = \"\"\"",
    ]
    for element in range(first, last + 1):
        check_that_partials_are_per_electron(element)
        lines += ["        " + row for row in rows(element)]
    lines += ['        """', "}"]
    return f"CrossSectionTable+{names[0]}To{names[1]}.swift", "\n".join(lines) + "\n"


def main():
    folder = sys.argv[1]
    for first, last in FILES:
        name, text = swift(first, last)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{name}: {text.count(chr(10))} lines, longest {max(map(len, text.splitlines()))}", file=sys.stderr)


main()
