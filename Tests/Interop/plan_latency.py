"""The example plan of deploy/bluesky reacts to a new group and to a drift; the time from spectrum to decision.

    plan_latency.py --corelevel .build/release/corelevel [--rate 20] [--rounds 5] [--within 1.0]

Both ways: over the collector's events, and over the records of a real soft IOC. The time runs from the moment the first
spectrum with the group is submitted to the moment the plan's reaction begins. Needs bluesky, ophyd, pyepics, pvxslibs and
pyzmq from PyPI. Ends with 0 and one JSON line of what was measured.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import threading
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--rate", type=float, default=20)
arguments.add_argument("--rounds", type=int, default=5)
arguments.add_argument("--within", type=float, default=1.0)
options = arguments.parse_args()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "bluesky"))
try:
    from epics_ioc import SoftIOC, databases, environment, library_folder
    from epics_cluster import Cluster, row
    os.environ.update(environment())
    import epicscorelibs.path
    os.environ["PYEPICS_LIBCA"] = epicscorelibs.path.get_lib("ca")
    import bluesky.plan_stubs as bps
    from bluesky import RunEngine
    from corelevel_watch import EventsWatch, RecordsWatch
    from measure_until import measure_until
    from ophyd.sim import motor
except ImportError as error:
    print(f"skipped: pip install bluesky ophyd pyepics pvxslibs pyzmq ({error})", file=sys.stderr)
    sys.exit(77)

PREFIX, GROUP = "T:XPS:", "ester (aromatic)"
ioc = SoftIOC(databases("P=T:,R=XPS:"))
cluster = Cluster(options.corelevel, ["--epics-prefix", PREFIX, "--epics-library", library_folder()])


class Source(threading.Thread):
    """A beamline: spectra at the rate, the group in one from the tenth on, the charge drifting if asked to."""

    def __init__(self, run, drift=0.0, from_spectrum=10):
        super().__init__(daemon=True)
        self.submitter = cluster.submitter(run)
        self.drift, self.first, self.isOver, self.at = drift, from_spectrum, False, None

    def run(self):
        begin, index = time.monotonic(), 0
        while not self.isOver and index < 200:
            time.sleep(max(0, begin + index / options.rate - time.monotonic()))
            index += 1
            # The drift passes 0.5 eV at the same spectrum as the group comes.
            shift = 0.1 + (self.drift if index >= self.first else 0) + 0.001 * (index % 2)
            present = ["benzene ring"] + ([GROUP] if not self.drift and index >= self.first else [])
            if index == self.first:
                self.at = time.monotonic()
            self.submitter.submit(row(shift=shift, present=present))
        self.submitter.close_run()


def once(watch, run, **condition):
    """One run of the plan; returns the seconds from the spectrum to the decision."""
    decided, documents = [], []
    source = Source(run, drift=0.6 if "drift_eV" in condition else 0.0)

    def acquire():
        if not source.is_alive() and source.at is None:
            source.start()
        yield from bps.sleep(0.05)

    def then(reason):
        decided.append((time.monotonic(), reason))
        yield from bps.mv(motor, motor.position + 1)

    engine = RunEngine({})
    before = motor.position
    engine(measure_until(watch, acquire, then, most=400, **condition), lambda name, document: documents.append(name))
    source.isOver = True
    source.join()
    assert decided and motor.position == before + 1, f"the plan did not react in run {run}"
    assert documents[0] == "start" and documents[-1] == "stop"
    when, reason = decided[0]
    assert source.at is not None and when >= source.at, f"the plan reacted to nothing: {reason}"
    return when - source.at


report = {}
for name, condition in [("group", {"group": GROUP}), ("drift", {"drift_eV": 0.5})]:
    for way in ("events", "records"):
        latencies = []
        for number in range(options.rounds):
            run = f"{name}-{way}-{number}"
            watch = (RecordsWatch(PREFIX, run=run, name="records") if way == "records"
                     else EventsWatch(cluster.events, run=run, name="events"))
            if way == "records":
                watch.wait_for_connection(timeout=30)
            latencies.append(once(watch, run, **condition))
        report[f"{name}_{way}_s"] = {
            "median": round(statistics.median(latencies), 3), "max": round(max(latencies), 3), "rounds": len(latencies)}
        assert max(latencies) <= options.within, f"{name} over {way}: {max(latencies):.3f} s"
cluster.end()
ioc.stop()
print(json.dumps(report))
sys.stdout.flush()
os._exit(0)
