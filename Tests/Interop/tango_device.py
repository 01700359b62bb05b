"""The Tango device of deploy/tango over a running collector: change events, values, limits, silence.

    tango_device.py --corelevel .build/release/corelevel [--spectra 50]

Needs pytango and pyzmq from PyPI (12 s, 170 MB). Ends with 0 and one JSON line of what was measured.
"""
import argparse
import json
import pathlib
import sys
import threading
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--spectra", type=int, default=50)
options = arguments.parse_args()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "tango"))
try:
    import tango
    from tango.test_context import DeviceTestContext
    from corelevel_tango import CoreLevel
    from epics_cluster import Cluster, row
except ImportError as error:
    print(f"skipped: pip install pytango pyzmq ({error})", file=sys.stderr)
    sys.exit(77)

cluster = Cluster(options.corelevel)
begin = time.monotonic()


def wait(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"after {seconds} s still not: {what}"
        time.sleep(0.02)


context = DeviceTestContext(CoreLevel, properties={"Events": cluster.events}, process=True, host="127.0.0.1")
with context as device:
    report = {"started_s": round(time.monotonic() - begin, 1)}
    changes = {"done": [], "shift": [], "groupsPresent": []}
    names = {name.lower(): name for name in changes}  # Tango's names have no case
    lock = threading.Lock()

    def heard(event):
        if not event.err and event.attr_value.quality != tango.AttrQuality.ATTR_INVALID:
            with lock:
                changes[names[event.attr_value.name.lower()]].append((time.time(), event.attr_value.value))

    for name in changes:
        device.subscribe_event(name, tango.EventType.CHANGE_EVENT, heard)
    wait(lambda: device.state() == tango.DevState.STANDBY, 10, "the cluster's pulse")
    submitter = cluster.submitter("tango", options.spectra)
    latencies = []
    for index in range(options.spectra):
        present = ["ester (aromatic)"] if index >= options.spectra // 2 else []
        submitter.submit(row(shift=0.1 * index, present=present))
        time.sleep(0.02)
    end = time.time()
    wait(lambda: device.done == options.spectra, 10, "all are done")
    wait(lambda: changes["done"] and changes["done"][-1][1] == options.spectra, 5, "the last change event")
    assert len(changes["done"]) >= 3 and len(changes["shift"]) >= 3, changes
    values = [value for _, value in changes["done"]]
    assert values == sorted(values), "progress goes up"
    assert abs(changes["shift"][-1][1] - 0.1 * (options.spectra - 1)) < 1e-9, changes["shift"][-1]
    assert device.total == options.spectra and device.progress == 100 and device.run == "tango"
    assert list(device.groupsPresent) == ["ester (aromatic)"], device.groupsPresent
    assert list(device.groupNames)[0] == "ester (aromatic)" and abs(device.groupProbabilities[0] - 0.97) < 1e-9
    assert device.state() == tango.DevState.STANDBY and "done" in device.status(), device.status()
    if 0.1 * (options.spectra - 1) >= 10:
        assert device.read_attribute("shift").quality == tango.AttrQuality.ATTR_ALARM
    elif 0.1 * (options.spectra - 1) >= 5:
        assert device.read_attribute("shift").quality == tango.AttrQuality.ATTR_WARNING
    assert json.loads(device.jsonResult)["row"]["model"] == "scripted"
    report["change_events"] = {name: len(found) for name, found in changes.items()}
    report["last_change_after_s"] = round(changes["done"][-1][0] - end, 3)
    cluster.end()
    wait(lambda: device.state() == tango.DevState.UNKNOWN, 15, "silence is a state")
report["whole_s"] = round(time.monotonic() - begin, 1)
print(json.dumps(report))
