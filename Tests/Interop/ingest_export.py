"""A folder of instrument files through a running cluster, and its results out again in every format.

Usage: ingest_export.py --corelevel PATH [--model NAME] [--keep]

Starts `corelevel up`, ingests a folder with --watch while files are written slowly, renamed into place, damaged and
duplicated, kills the watcher with SIGKILL and starts it again; every spectrum must be stored once, every refusal be said
once. Then exports CSV, VAMAS and NeXus and reads them back (csv, vamas, h5py where they are installed).
"""

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

POINTS = 201
STARTED = []


def text(seed, kind="binding energy (eV),counts"):
    rows = [f"{280 + 0.1 * i:.1f},{1000 + (seed * 37 + i * 7919) % 500 + max(0, 3000 - 40 * abs(i - 50))}" for i in range(POINTS)]
    return f"# sample: S{seed}\n{kind}\n" + "\n".join(rows) + "\n"


def start(*command, **options):
    process = subprocess.Popen(command, **options)
    STARTED.append(process)
    return process


def stop(process, how=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(what, condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise SystemExit(f"waited {seconds} s for {what}")
        time.sleep(0.1)


def stored(corelevel, data):
    out = subprocess.run([corelevel, "results", "--data", data, "--json"], capture_output=True, text=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def ingest(corelevel, broker, folder, log, *more):
    # A fresh session: a signal meant for the watcher reaches nobody else.
    return start(
        corelevel, "ingest", "--watch", folder, "--broker", broker, "--run", "night", "--quiet", "0.5", "--patience", "3",
        "--json", *more, stdout=log, stderr=subprocess.DEVNULL, start_new_session=True)


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def run(corelevel, root, model):
    folder, data, log = os.path.join(root, "files"), os.path.join(root, "data"), os.path.join(root, "log")
    os.mkdir(folder)
    up = start(
        corelevel, "up", "--data", data, "--workers", "1", "--base-port", "0", "--model", model, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    broker = json.loads(up.stdout.readline())["submit"]

    def put(name, content, mode="w"):
        with open(os.path.join(folder, name), mode) as file:
            file.write(content)

    put("before.csv", text(1))
    with open(log, "w") as out:
        watcher = ingest(corelevel, broker, folder, out)
        wait("the file that was there", lambda: any(line["file"] == "before.csv" for line in lines(log)))
        # One that grows: a part is no spectrum yet or another one, and must not be taken.
        content = text(2)
        for end in [*range(200, len(content), 400), len(content)]:
            put("growing.csv", content[:end])
            time.sleep(0.1)
        # One that is put in place by a rename.
        os.makedirs(os.path.join(folder, "day 2"))
        put("moved.tmp", text(3))
        began = time.monotonic()
        os.rename(os.path.join(folder, "moved.tmp"), os.path.join(folder, "day 2", "moved.csv"))
        wait("the renamed file", lambda: any(line["file"] == "day 2/moved.csv" for line in lines(log)))
        renamed_s = time.monotonic() - began
        # What is no spectrum, and a damaged NeXus file.
        put("notes.txt", "nothing but words\n")
        put("cut.nxs", b"\x89HDF\r\n\x1a\n" + b"\x00" * 500, "wb")
        wait("the refusals", lambda: sum(line["state"] == "refused" for line in lines(log)) == 2)
        wait("the growing file", lambda: any(line["file"] == "growing.csv" for line in lines(log)))
        stop(watcher, signal.SIGKILL)
        put("while away.csv", text(4))
        shutil.copy2(os.path.join(folder, "before.csv"), os.path.join(folder, "copy.csv"))
        os.utime(os.path.join(folder, "before.csv"))
    with open(log + "2", "w") as out:
        watcher = ingest(corelevel, broker, folder, out)
        wait("the files of the pause", lambda: len([line for line in lines(log + "2") if line["state"] == "submitted"]) == 2)
        time.sleep(2)
        stop(watcher)
        assert watcher.returncode == 0, watcher.returncode
    assert sorted(line["file"] for line in lines(log + "2")) == ["copy.csv", "while away.csv"], lines(log + "2")
    # The list lost: the broker knows the keys, and nothing is computed twice.
    os.remove(os.path.join(folder, ".corelevel-ingest.jsonl"))
    again = subprocess.run(
        [corelevel, "ingest", folder, "--broker", broker, "--run", "night", "--quiet", "0", "--patience", "0", "--json"],
        capture_output=True, text=True)
    assert again.returncode == 65, (again.returncode, again.stderr)
    known = [json.loads(line) for line in again.stdout.splitlines()]
    assert sum(line.get("known", 0) for line in known) == 5, known
    idle = subprocess.run(
        [corelevel, "ingest", folder, "--broker", broker, "--run", "night", "--quiet", "0", "--patience", "0"],
        capture_output=True, text=True)
    assert idle.returncode == 0 and "is new" in idle.stderr and not idle.stdout, idle
    listed = subprocess.run([corelevel, "ingest", "--refused", folder, "--json"], capture_output=True, text=True)
    assert len(listed.stdout.splitlines()) == 2 and "two numbers" in listed.stdout, listed
    wait("five results", lambda: len(stored(corelevel, data)) >= 5)
    rows = stored(corelevel, data)
    assert len(rows) == 5 and len({row["job"] for row in rows}) == 5, rows

    def export(name):
        path = os.path.join(root, name)
        done = subprocess.run([corelevel, "export", "--data", data, "--out", path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return path

    with open(export("out.csv"), newline="") as file:
        table = list(csv.DictReader(file))
    assert sorted(row["sample"] for row in table) == ["S1", "S1", "S2", "S3", "S4"], table
    assert all(row["run"] == "night" and row["shift_eV"] and json.loads(row["meta"]) for row in table)
    vamas = subprocess.run([corelevel, "analyze", export("out.vms"), "--model", model, "--json"], capture_output=True, text=True)
    assert len(vamas.stdout.splitlines()) == 5, vamas.stderr
    nexus = export("out.nxs")
    try:
        import h5py
        import numpy

        with h5py.File(nexus) as file:
            assert len(file) == 5
            entry = next(entry for entry in file.values() if entry["sample/name"][()] == b"S2")
            got = entry["data/data"][...]
            expected = [float(line.split(",")[1]) for line in text(2).splitlines()[2:]]
            assert numpy.array_equal(got, expected) and entry["analysis/run"][()] == b"night"
            shift = float(entry["analysis/shift"][()])
            # As measured: the shift is said and not applied.
            assert abs(entry["data/energy"][0] - 280) < 1e-6 and numpy.isfinite(shift)
    except ImportError:
        print("h5py is not installed: the NeXus file is read back by corelevel alone")
    back = subprocess.run([corelevel, "analyze", nexus, "--model", model, "--json"], capture_output=True, text=True)
    assert len(back.stdout.splitlines()) == 5, back.stderr
    # Damaged HDF5: an answer in words each time, whatever libhdf5 does.
    with open(nexus, "rb") as file:
        whole = bytearray(file.read())
    for number in range(12):
        damaged = bytearray(whole)
        for k in range(200):
            damaged[(number * 7919 + k * 104729) % len(damaged)] = (number * 31 + k * 17) % 256
        path = os.path.join(root, f"damaged{number}.nxs")
        with open(path, "wb") as file:
            file.write(damaged)
        done = subprocess.run([corelevel, "analyze", path, "--model", model, "--json"], capture_output=True, text=True, timeout=120)
        assert done.returncode in (0, 65), (number, done.returncode, done.stderr)
    print(f"5 spectra stored once, a renamed file accepted after {renamed_s:.2f} s, 3 formats exported")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corelevel", required=True)
    parser.add_argument("--model", default="default", help="the model of the worker")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run")
    arguments = parser.parse_args()
    root = tempfile.mkdtemp(prefix="corelevel-ingest-")
    try:
        run(os.path.abspath(arguments.corelevel), root, arguments.model)
    finally:
        for process in reversed(STARTED):
            stop(process)
        if not arguments.keep:
            shutil.rmtree(root, ignore_errors=True)


sys.exit(main())
