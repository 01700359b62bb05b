"""The collector fills the records of a real soft IOC: progress in time, results right, limits alarm, outages harmless.

    epics_puts.py --corelevel .build/release/corelevel [--spectra 200] [--rate 50] [--away 30] [--within 0.2]

Needs pvxslibs, pyepics, p4p and pyzmq from PyPI. Ends with 0 and one JSON line of what was measured.
"""
import argparse
import json
import os
import re
import signal
import statistics
import sys
import threading
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--spectra", type=int, default=200)
arguments.add_argument("--rate", type=float, default=50)
arguments.add_argument("--away", type=float, default=3, help="seconds for which the IOC is ended in the second run")
arguments.add_argument("--within", type=float, default=0.2, help="seconds from the store to the variable")
arguments.add_argument("--frozen", type=float, default=2, help="seconds for which the IOC is stopped in the third run")
arguments.add_argument("--library", help="another libca or its folder than that of epicscorelibs")
options = arguments.parse_args()
try:
    import epicscorelibs.path
    import pvxslibs  # noqa: F401
    import zmq
    from epics_ioc import TEMPLATES, SoftIOC, databases, environment, library_folder, wait
    from epics_cluster import Cluster, POINTS, row
    os.environ.update(environment())
    os.environ["PYEPICS_LIBCA"] = epicscorelibs.path.get_lib("ca")
    import epics
    import p4p.client.thread
    import numpy as np
except ImportError as error:
    print(f"skipped: pip install pvxslibs pyepics p4p pyzmq ({error})", file=sys.stderr)
    sys.exit(77)

PREFIX = "T:XPS:"
ioc = SoftIOC(databases("P=T:,R=XPS:", extra=",SHIFT_HIGH=1,SHIFT_HIHI=2"))
cluster = Cluster(options.corelevel, ["--epics-prefix", PREFIX, "--epics-library", options.library or library_folder()])
report = {}


def pv(name):
    return epics.caget(PREFIX + name, timeout=5)


def text(name):
    return epics.caget(PREFIX + name, as_string=True, timeout=5)


class Listener(threading.Thread):
    """When each stored spectrum was announced by the collector, by its number."""

    def __init__(self, run, peer=None):
        super().__init__(daemon=True)
        peer = peer or cluster
        self.socket = peer.context.socket(zmq.SUB)
        self.socket.connect(peer.events)
        self.socket.subscribe(f"run/{run}/result/")
        self.times, self.isOver = {}, False

    def run(self):
        while not self.isOver:
            if self.socket.poll(50):
                event = json.loads(self.socket.recv_multipart()[1])
                self.times[event["n"]] = time.time()
        self.socket.close()


def measure(run, count, present_from, away=0.0, frozen=0.0):
    """Submits `count` spectra at the rate; the IOC is ended or frozen for a while in the middle if asked to be."""
    listener = Listener(run)
    listener.start()
    submitter = cluster.submitter(run, expected=count)
    submitter.socket.send_json({"op": "run.open", "run": run, "expected": count})
    submitter.socket.recv()
    time.sleep(0.3)
    begin, gone, back = time.time(), None, None
    extra = int(away * options.rate)
    submitter.expected = count + extra if extra else count
    for index in range(count + extra):
        time.sleep(max(0, begin + index / options.rate - time.time()))
        present = ["ester (aromatic)", "benzene ring"] if index >= present_from else ["benzene ring"]
        submitter.submit(row(shift=3.0 * index / (count + extra) - 0.5, present=present))
        if extra and gone is None and index >= count // 2:
            ioc.stop()
            gone = time.time()
        if gone and back is None and time.time() > gone + away:
            back = time.time()
            threading.Thread(target=ioc.start).start()
        if frozen and index == count // 2:
            os.kill(ioc.process.pid, signal.SIGSTOP)
            threading.Timer(frozen, lambda: os.kill(ioc.process.pid, signal.SIGCONT)).start()
    total = count + extra
    wait(lambda: len(listener.times) == total, 30, f"{total} results (there are {len(listener.times)})")
    listener.isOver = True
    return submitter, listener.times


# First run: everything as it should be.
spectra = epics.PV(PREFIX + "Spectra", auto_monitor=True)
done = epics.PV(PREFIX + "Done", auto_monitor=True)
seen = {"Spectra": [], "Done": []}
spectra.add_callback(lambda value=None, **_: seen["Spectra"].append((time.time(), value)))
done.add_callback(lambda value=None, timestamp=None, **_: seen["Done"].append((time.time(), value)))
wait(lambda: spectra.connected and done.connected, 20, "pyepics finds the records")
wait(lambda: text("Heartbeat") not in (None, "0"), 20, "the collector's heartbeat arrives")
updates = []
pva = p4p.client.thread.Context("pva")
subscription = pva.monitor(PREFIX + "Status", lambda status: updates.append((status["done.value"], status["total.value"])))

submitter, stored = measure("first", options.spectra, present_from=options.spectra // 2)
wait(lambda: pv("Done") == options.spectra, 5, "all are done")
wait(lambda: text("State") == "DONE", 5, "the run is done")
wait(lambda: all(shown and shown[-1][1] >= options.spectra for shown in seen.values()), 5, "the last one is shown")
for name in seen:
    lags = []
    for n, at in stored.items():
        shown = [when for when, value in seen[name] if value >= n and value <= options.spectra]
        assert shown, f"{name} never showed {n}"
        lags.append(max(0.0, min(shown) - at))
    # Dropped spectra share the next value: what counts is how late that is.
    report[f"{name}_lag_median_s"] = round(statistics.median(lags), 3)
    report[f"{name}_lag_max_s"] = round(max(lags), 3)
    assert max(lags) <= options.within, f"{name} was {max(lags):.3f} s behind the store"
    gaps = np.diff([when for when, value in seen[name] if value])
    report[f"{name}_updates_hz"] = round(len(gaps) / max(1e-9, float(np.sum(gaps))), 1)
    assert report[f"{name}_updates_hz"] <= 12, f"{name} came {report[f'{name}_updates_hz']} times a second"

assert pv("Progress") == 100 and pv("Total") == options.spectra and pv("Spectra") == options.spectra
assert text("RunId.VAL$") == "first" and text("Job.VAL$") == str(options.spectra), (text("RunId.VAL$"), text("Job.VAL$"))
assert abs(pv("Shift") - (3.0 * (options.spectra - 1) / options.spectra - 0.5)) < 1e-9, pv("Shift")
assert pv("ShiftSigma") == 0.02 and pv("Familiarity") == 0.8 and pv("ReferenceEnergy") == 285.1
assert epics.caget(PREFIX + "Shift.SEVR", as_string=True) == "MAJOR", "a shift beyond its limit alarms"
assert text("GroupsPresent.VAL$") == "ester (aromatic), benzene ring", text("GroupsPresent.VAL$")
wait(lambda: text("Group:EsterAromatic:Call") == "PRESENT", 2, "the ester's own record")
assert text("Group:AlkylHalideF:Call") == "ABSENT" and abs(pv("Group:EsterAromatic:Probability") - 0.97) < 1e-9
assert list(pv("Group:Names"))[:2] == ["ester (aromatic)", "benzene ring"]
wait(lambda: list(pv("Group:Calls"))[:4] == [1, 1, 0, 0], 2, "the waveform of calls")
wait(lambda: np.array_equal(pv("Region:C1s:Intensity"), submitter.last.astype(float)), 2, "the last spectrum's counts")
energies = pv("Region:C1s:Energy")
assert len(energies) == POINTS and abs(energies[-1] - 300.0) < 1e-9, "the energies as recorded"
assert pv("Region:C1s:PassEnergy") == 20 and abs(pv("Region:C1s:Sum") - submitter.last.sum()) < 1e-3
wait(lambda: text("Alive") == "ALIVE", 12, "the watch of the heartbeat")
assert updates and all(done <= total for done, total in updates), "a group of pvAccess is one picture"
report["group_updates"] = len(updates)

# Every record of the run is put into, by name; what is not known is not a number.
records = re.findall(r'record\(\w+, "\$\(P\)\$\(R\)([^"]+)"\)', (TEMPLATES / "corelevel.template").read_text())
for name in set(records) - {"HeartbeatWatch", "Alive"}:
    value = pv(name + ".VAL$") if epics.caget(f"{PREFIX}{name}.RTYP") == "lso" else pv(name)
    undefined = epics.caget(f"{PREFIX}{name}.UDF")
    isNumber = isinstance(value, float)
    assert undefined == 0 or (isNumber and np.isnan(value)), f"nothing was put into {name}"
report["records"] = len(records)

# Second run: the IOC is ended in the middle and comes back; upstream nothing changes.
calm = statistics.median(submitter.seconds)
submitter, stored = measure("second", options.spectra, present_from=0, away=options.away)
total = options.spectra + int(options.away * options.rate)
report["accept_median_s"] = [round(calm, 4), round(statistics.median(submitter.seconds), 4)]
assert sorted(stored) == list(range(1, total + 1)), "every spectrum was stored, once"
begin = time.monotonic()
wait(lambda: text("RunId.VAL$") == "second" and pv("Done") == total and text("State") == "DONE", 60,
     "the records have the last values again")
report["back_after_s"] = round(time.monotonic() - begin, 2)
wait(lambda: abs((pv("Shift") or 0) - (3.0 * (total - 1) / total - 0.5)) < 1e-9, 5, "the last result")

# Third run: the IOC is there and does not answer for a while.
submitter, stored = measure("third", options.spectra, present_from=0, frozen=options.frozen)
report["accept_median_s"].append(round(statistics.median(submitter.seconds), 4))
wait(lambda: text("RunId.VAL$") == "third" and pv("Done") == options.spectra and text("State") == "DONE", 60,
     "the records have the last values after the frost")
assert sorted(stored) == list(range(1, options.spectra + 1)), "every spectrum was stored, once"

subscription.close()
cluster.end()
# A collector that has ended is an alarm, made by the IOC.
wait(lambda: text("Alive") == "SILENT" and epics.caget(PREFIX + "Alive.SEVR", as_string=True) == "MAJOR", 15,
     "silence alarms")
ioc.stop()

# Without the library the collector says so and serves.
without = Cluster(options.corelevel, ["--epics-prefix", PREFIX, "--epics-library", "/nowhere"])
listener = Listener("without", without)
listener.start()
time.sleep(0.3)
without.submitter("without").submit(row())
wait(lambda: len(listener.times) == 1, 20, "a collector without libca stores results")
listener.isOver = True
listener.join()
without.end()
print(json.dumps(report))
os._exit(0)  # libca's threads of three libraries in one process need not be waited for
