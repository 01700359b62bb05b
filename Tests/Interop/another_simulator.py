#!/usr/bin/env python3
"""Spectra of a simulator that shares nothing with CoreLevel's but the polymers' energies, put before the default model.

Usage: another_simulator.py --corelevel PATH [--spectra 60]

True Voigt lines, a Shirley background integrated from them, Poisson counts, windows laid about the lines: plain choices
of another hand. Then one thing at a time that instruments and people do to spectra. It fails where an answer is worse
than a user would bear: the shift, the share of groups called present that are there, and false ones of fluorine.
"""
import argparse
import json
import os
import subprocess
import tempfile

import numpy as np

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LIBRARY = json.load(open(os.path.join(ROOT, "Sources", "Synthesis", "Resources", "polymers.json")))
LINES = LIBRARY["lines"]
SECTIONS = {name: line.get("scofield_alka_rel_c1s") for name, line in LINES.items()} | {"K 2p": 3.97}
SPLITS = {"Si 2p": (0.6, 1 / 3), "P 2p": (0.87, 1 / 3), "S 2p": (1.18, 1 / 3), "Cl 2p": (1.6, 1 / 3), "K 2p": (2.8, 1 / 3)}
RECORDED = ["C 1s", "N 1s", "O 1s", "F 1s", "Si 2p", "S 2p", "Cl 2p"]
CENTRES = {"C 1s": 287.5, "N 1s": 401, "O 1s": 533, "F 1s": 688.5, "Si 2p": 103, "S 2p": 166, "Cl 2p": 202}
WIDTH_EV = 20
FINE_EV = 0.05


def sample(random):
    """Two to four polymers of the recorded elements, each with 10 % or more of the visible atoms."""
    known = [
        p for p in LIBRARY["polymers"]
        if all(c["line"].split()[0] in {r.split()[0] for r in RECORDED} for c in p["components"])
    ]
    count = random.integers(2, 5)
    shares = 0.1 + (1 - 0.1 * count) * random.dirichlet(np.ones(count))
    return [(known[i], share) for i, share in zip(random.choice(len(known), count, replace=False), shares)]


def lines(parts, shift, random, potassium):
    """Line, energy, area and Gaussian width in eV of everything in a sample; areas for one visible atom."""
    found = []
    fwhm = random.uniform(0.9, 1.5)
    for polymer, share in parts:
        visible = sum(
            c["atoms"] for c in polymer["components"] if c["kind"] == "photoelectron" and c["line"] in RECORDED)
        for c in polymer["components"]:
            area = share * c["atoms"] / visible * (SECTIONS[c["line"]] or 0)
            width = np.hypot(fwhm, c["fwhm_eV"]) if c["kind"] == "satellite" else fwhm
            energy = c["binding_energy_eV"] + 0.1 + random.normal() * 0.04
            found.append((c["line"], energy, area, width))
    if potassium:
        found.append(("K 2p", 293.1, potassium * SECTIONS["K 2p"], 1.3))
    return [(name, energy + shift, area * ((1486.6 - energy) / 1200) ** 0.3, width) for name, energy, area, width in found]


def voigt(x, fwhm, lorentzian=0.15):
    """A Gaussian folded with a narrow Lorentzian, of unit area."""
    grid = np.arange(-12, 12, FINE_EV)
    sigma = fwhm / 2.354820045
    gauss = np.exp(-0.5 * (grid / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    lorentz = lorentzian / (2 * np.pi) / (grid**2 + lorentzian**2 / 4)
    folded = np.convolve(gauss, lorentz / lorentz.sum(), "same")
    return np.interp(x, grid, folded, 0, 0)


def expectation(found, low, high, step, shirley, wider=0.0):
    """Intensity of each channel, its step of the background included, before any offset."""
    energies = np.round(np.arange(low, high, step), 4)
    grid = np.arange(low - 30, high + 1, FINE_EV)
    signal = np.zeros_like(grid)
    for name, energy, area, width in found:
        width = np.hypot(width, wider)
        splitting, share = SPLITS.get(name, (0, 0))
        for offset, part in ((0, 1 - share), (splitting, share)):
            if part and grid[0] - 5 < energy + offset < grid[-1] + 5:
                signal += area * part * voigt(grid - energy - offset, width)
    return energies, np.interp(energies, grid, signal + shirley * np.cumsum(signal) * FINE_EV)


def spectrum(random, change):
    """Regions as (name, energies, intensities, sweeps), the true shift and the true groups."""
    shift = random.uniform(-4.5, 4.5)
    parts = sample(random)
    found = lines(parts, shift, random, potassium=0.03 if change == "potassium" else 0)
    shirley, step = random.uniform(0.01, 0.05), random.choice([0.1, 0.2])
    curves = []
    for name in RECORDED:
        middle = CENTRES[name] + random.uniform(-1.5, 1.5)
        curves.append((name, *expectation(found, middle - WIDTH_EV / 2, middle + WIDTH_EV / 2, step, shirley)))
    highest = max(curve.max() for _, _, curve in curves)
    regions = []
    for name, energies, curve in curves:
        curve = (curve / highest + random.uniform(0.02, 0.2)) * 1e4
        sweeps = int(random.choice([1, 3, 10])) if change == "sweeps" else None
        counts = random.poisson(curve * (sweeps or 1)).astype(float)
        if change == "spikes":
            counts[random.integers(2, len(counts) - 2)] += 2 * counts.max()
            counts[random.integers(2, len(counts) - 2)] = 0
        regions.append((name, energies, counts / 1e4 if change == "divided" else counts, sweeps))
    if change == "survey":
        energies, curve = expectation(found, 45, 695, 1.0, shirley, wider=1.6)
        regions.append(("Survey", energies, random.poisson((curve / highest + 0.1) * 7e4).astype(float), None))
    groups = {
        group for polymer, _ in parts
        for group, carries in zip(LIBRARY["functional_group_order"], polymer["label_vector"]) if carries
    }
    return regions, shift, groups


def vamas(path, spectra):
    blocks = []
    for number, regions in enumerate(spectra):
        for name, energies, counts, sweeps in regions:
            species, _, transition = name.partition(" ")
            blocks += [name, f"s{number}", "0", "0", "0", "0", "0", "0", "0", "0", "XPS", str(number + 1), "Al", "1486.6"]
            blocks += ["1E+37"] * 5 + ["FAT", "1E+37", "1E+37", "1E+37"] + ["1E+37"] * 5
            blocks += [species, transition, "-1", "Binding Energy", "eV", f"{energies[0]:.4f}"]
            blocks += [f"{(energies[-1] - energies[0]) / (len(energies) - 1):.5f}", "1", "counts", "d", "pulse counting"]
            blocks += ["1E+37", str(sweeps or 1), "1E+37", "1E+37", "1E+37", "1E+37", "0", str(len(counts))]
            blocks += [f"{counts.min():.7g}", f"{counts.max():.7g}"] + [f"{value:.7g}" for value in counts]
    head = ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4", "x", "another simulator", "x", "x"]
    head += ["0", "NORM", "REGULAR", "1", "1", "spectrum", "d", "0", "0", "0", "0", str(sum(map(len, spectra)))]
    with open(path, "w", newline="") as file:
        file.write("\r\n".join(head + blocks + ["end of experiment"]) + "\r\n")


def judge(corelevel, folder, change, count):
    random = np.random.default_rng(20261130)
    truths = [spectrum(random, change) for _ in range(count)]
    path = os.path.join(folder, f"{change}.vms")
    vamas(path, [regions for regions, _, _ in truths])
    done = subprocess.run([corelevel, "analyze", "--json", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == count, (len(answers), done.stderr)
    errors, right, wrong, fluorine, strange, named = [], 0, 0, 0, 0, 0
    for answer, (_, shift, groups) in zip(answers, truths):
        errors.append(abs(answer["shift_eV"] - shift))
        present = {group["name"] for group in answer["groups"] if group["call"] == "present"}
        right += len(present & groups)
        wrong += len(present - groups)
        fluorine += "alkyl halide (F)" in present - groups
        strange += answer["familiarity"] < 0.05
        named += bool(answer.get("lone_channels"))
    errors.sort()
    return {
        "median": errors[count // 2], "p95": errors[int(0.95 * count)], "precision": right / max(1, right + wrong),
        "present": right, "fluorine": fluorine / count, "unfamiliar": strange / count, "named": named,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corelevel", required=True)
    parser.add_argument("--spectra", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain = None
        for change in ["plain", "potassium", "sweeps", "divided", "spikes", "survey"]:
            found = judge(arguments.corelevel, folder, change, arguments.spectra)
            print(change, {key: round(value, 3) for key, value in found.items()})
            plain = plain or found
            assert found["median"] < 0.09 and found["p95"] < 0.3, (change, found)
            assert found["precision"] > 0.92 and found["fluorine"] <= 0.05, (change, found)
            # Nothing that is mended costs what there is to say, or makes it look strange.
            assert found["present"] > 0.75 * plain["present"], (change, found)
            assert found["unfamiliar"] < 0.2, (change, found)
            assert found["named"] == (arguments.spectra if change == "spikes" else 0), (change, found)


if __name__ == "__main__":
    main()
