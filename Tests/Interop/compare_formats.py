"""Compares what CoreLevel read from instruments' files with what readers from PyPI read.

Usage: compare_formats.py DUMP.json

The dump is a list of files: {"path": ..., "spectra": [[{"name", "kind", "energies", "intensities",
"photon_energy_eV"}]]}: a list of regions for each spectrum. Peers: igor2 (.ibw) and h5py (.nxs); ElementTree and numpy read the rest. pynxtools-xps
0.6 adds the channels of SPECS XML without their energy offsets, which smears a line over the detector, and is no peer. Exits 1 and names the first difference of each file.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np

# CoreLevel keeps intensities in single precision.
RELATIVE = 2e-7


def igor(path):
    from igor2 import binarywave

    wave = binarywave.load(path)["wave"]
    header, data = wave["wave_header"], np.asarray(wave["wData"], dtype=float)
    energies = header["sfB"][0] + header["sfA"][0] * np.arange(header["nDim"][0])
    return [[("binding", energies, data.reshape(len(energies), -1).sum(axis=1))]]


def nexus(path):
    import h5py

    regions = []
    with h5py.File(path) as file:
        for entry in file.values():
            data = entry["data"]
            regions.append((data["energy"].attrs["type"], data["energy"][...], data["data"][...]))
    return [regions]


def phi(path):
    """The header's regions and the blocks of numbers behind it."""
    with open(path, "rb") as file:
        head, body = re.split(rb"EOFH\r?\n", file.read(), maxsplit=1)
    definitions = [line.split() for line in head.decode().splitlines() if line.startswith("SpectralRegDef:")]
    count = int(np.frombuffer(body, "<u4", 4)[1])
    table = np.frombuffer(body, "<u4", 24 * count, 16).reshape(count, 24)
    regions = []
    for definition, row in zip(definitions, table):
        points, cycles = int(row[5]), int(row[6])
        values = np.frombuffer(body, "<f4", points * cycles, int(row[20])).reshape(cycles, points)
        start, step = float(definition[7]), float(definition[6])
        regions.append(("binding", start + step * np.arange(points), values))
    cycles = max(len(values) for _, _, values in regions)
    return [[(kind, axis, values[cycle]) for kind, axis, values in regions] for cycle in range(cycles)]


def specs_xml(path):
    """Channels put on their energies by their shifts, an independent walk over the tree."""
    regions = []
    for region in ElementTree.parse(path).iter("struct"):
        if region.get("type_name") != "RegionData":
            continue

        def value(name):
            return float(region.find(f".//*[@name='{name}']").text)

        points, head = int(value("values_per_curve")), int(value("mcd_head"))
        step, start = value("scan_delta"), value("kinetic_energy")
        shifts = [float(node.text) for node in region.iterfind(".//*[@name='shift']")]
        counts = [np.array(node.text.split(), float) for node in region.iter("ulong") if node.get("type_name") == "Counts"]
        channels = sum(counts).reshape(-1, len(shifts)).T
        starts = [head - int(round(shift * value("pass_energy") / step)) for shift in shifts]
        total = sum(channel[first : first + points] for channel, first in zip(channels, starts))
        regions.append(("kinetic", start + step * np.arange(points), total))
    return [regions]


def ses_text(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        rows = file.read().split("[Data 1]")[1].split("\n[")[0].strip().splitlines()
    data = np.array([row.split() for row in rows], float)
    return [[("binding", data[:, 0], data[:, 1:].sum(axis=1))]]


READERS = {".ibw": igor, ".nxs": nexus, ".spe": phi, ".pro": phi, ".xml": specs_xml, ".txt": ses_text}


def difference(ours, theirs):
    kind, energies, intensities = theirs
    if ours["kind"] != kind:
        return f"{ours['kind']} energies but {kind}"
    for name, got, expected in [("energies", ours["energies"], energies), ("intensities", ours["intensities"], intensities)]:
        got, expected = np.array(got, float), np.asarray(expected, float)
        if got.shape != expected.shape:
            return f"{len(got)} {name} but {len(expected)}"
        tolerance = 1e-7 if name == "energies" else RELATIVE * np.maximum(np.abs(expected), 1e-30)
        wrong = np.flatnonzero(np.abs(got - expected) > tolerance)
        if wrong.size:
            return f"{name}[{wrong[0]}] is {got[wrong[0]]} but {expected[wrong[0]]}"
    return None


def main():
    with open(sys.argv[1]) as file:
        dump = json.load(file)
    regions, failures = 0, 0
    for entry in dump:
        path = entry["path"]
        theirs = READERS[path[path.rindex(".") :]](path)
        problem = None
        if [len(spectrum) for spectrum in entry["spectra"]] != [len(spectrum) for spectrum in theirs]:
            problem = f"{len(entry['spectra'])} spectra but {len(theirs)}, or other regions in them"
        for number, (mine, other) in enumerate(zip(entry["spectra"], theirs)):
            for ours, region in zip(mine, other):
                regions += 1
                found = difference(ours, region)
                problem = problem or (found and f"spectrum {number + 1}, {ours['name']}: {found}")
        if problem:
            print(f"{path}: {problem}")
            failures += 1
    if failures:
        return 1
    print(f"{regions} regions of {len(dump)} files agree")
    return 0


sys.exit(main())
