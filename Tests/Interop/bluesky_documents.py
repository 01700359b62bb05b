"""Bluesky's own RemoteDispatcher, proxy, validators and LiveTable against a running collector.

    bluesky_documents.py --corelevel .build/release/corelevel [--only direct,formats,prefix,proxy,kill,ends]

Needs bluesky, event-model, msgpack, pyzmq and numpy from PyPI. Ends with 0 if every document is as it must be.
"""
import argparse
import json
import math
import os
import signal
import socket
import subprocess
import sys
import time

os.environ["BLUESKY_DEBUG_CALLBACKS"] = "1"  # errors of callbacks raise

try:
    import msgpack
    from bluesky.callbacks import LiveTable
except ImportError as missing:
    print(f"skipped: {missing}; pip install bluesky event-model msgpack", file=sys.stderr)
    sys.exit(77)

from bluesky_cluster import Cluster, Listener, Submitter

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--only", default="direct,formats,prefix,proxy,kill,ends")
arguments.add_argument("--worker", default="corelevel", help="corelevel, or python for the example in protocols")
options = arguments.parse_args()
LISTEN = ["--bluesky", "tcp://127.0.0.1:0"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_run(listener, count, rows=None, status="success"):
    """One run, whole and in order; its values those of the store to 1e-12."""
    assert not listener.errors, listener.errors
    starts, stops, events = listener.of("start"), listener.of("stop"), listener.events()
    assert len({start["uid"] for start in starts}) == 1 and len(stops) == 1, listener.count()
    assert stops[0]["run_start"] == starts[0]["uid"] and stops[0]["exit_status"] == status, stops
    assert [event["seq_num"] for event in events] == list(range(1, count + 1)), [e["seq_num"] for e in events]
    assert len({event["uid"] for event in events}) == count
    assert stops[0]["num_events"]["primary"] == count, stops
    progress = [event["seq_num"] for event in listener.events("progress")]
    assert progress == list(range(1, len(progress) + 1)) and progress, progress
    if rows is None:
        return
    by_job = {row["job"]: row for row in rows}
    compared = 0
    for event in events:
        data, row = event["data"], by_job[event["data"]["job"]]
        assert data["seq"] == row["seq"] and data["index"] == row["index"]
        for key, value in row.items():
            if key in data and isinstance(value, (int, float)):
                assert math.isclose(data[key], value, rel_tol=1e-12), (key, data[key], value)
                compared += 1
        for group in row.get("groups", []):
            key = "p_" + "_".join("".join(c if c.isalnum() else " " for c in group["name"]).lower().split())
            if "probability" in group:
                assert math.isclose(data[key], group["probability"], rel_tol=1e-12), key
                compared += 1
    assert compared >= count, "nothing was compared"


def direct():
    with Cluster(options.corelevel, *LISTEN, worker=options.worker) as cluster:
        listener, lines = Listener(cluster.bluesky), []
        listener.callbacks.append(LiveTable(["seq", "acquired", "groups_present", "model"], out=lines.append))
        Submitter(cluster.broker).submit("direct", range(1, 31), expected=30, rate=20)
        listener.wait_for_stops()
        check_run(listener, 30, cluster.results("direct"))
        shown = [line for line in lines if line.startswith("|") and "seq_num" not in line]
        assert len(shown) == 30, f"LiveTable shows {len(shown)} rows"
        # Who comes late gets start and descriptors again, and nobody else does.
        submitter = Submitter(cluster.broker)
        submitter.submit("late", range(1, 11), expected=20)
        listener.wait(lambda _: len(listener.events()) == 40)
        late = Listener(cluster.bluesky)
        submitter.submit("late", range(11, 21), expected=20)
        late.wait_for_stops()
        assert [name for name, _ in late.documents][:2] == ["start", "descriptor"], late.count()
        assert [event["seq_num"] for event in late.events()] == list(range(11, 21))
        listener.wait_for_stops(2)
        assert len(listener.of("start")) == 2, listener.count()


def formats():
    with Cluster(options.corelevel, *LISTEN, "--bluesky-format", "msgpack", worker="python") as cluster:
        listener = Listener(cluster.bluesky, deserializer=lambda payload: msgpack.unpackb(payload, raw=False))
        Submitter(cluster.broker).submit("packed", range(1, 201), expected=200)
        listener.wait_for_stops()
        check_run(listener, 200, cluster.results("packed"))


def prefix():
    port = free_port()
    proxy = start_proxy(port, out := free_port())
    try:
        address = f"tcp://127.0.0.1:{port}"
        with Cluster(options.corelevel, "--bluesky-proxy", address, "--bluesky-prefix", "one", worker="python") as one:
            with Cluster(options.corelevel, "--bluesky-proxy", address, "--bluesky-prefix", "two",
                         worker="python") as two:
                listener = Listener(f"127.0.0.1:{out}", prefix=b"two")
                time.sleep(1)
                for cluster, run in ((one, "first"), (two, "second")):
                    Submitter(cluster.broker).submit(run, range(1, 21), expected=20)
                listener.wait_for_stops()
                check_run(listener, 20, two.results("second"))
                assert {start["run"] for start in listener.of("start")} == {"second"}
    finally:
        proxy.send_signal(signal.SIGTERM)
        proxy.wait()


def start_proxy(incoming, outgoing):
    script = os.path.join(os.path.dirname(sys.executable), "bluesky-0MQ-proxy")
    proxy = subprocess.Popen(
        [script, "--in-address", f"tcp://127.0.0.1:{incoming}", "--out-address", f"tcp://127.0.0.1:{outgoing}"],
        stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", outgoing)) == 0:
                return proxy
        time.sleep(0.1)
    raise AssertionError("the proxy does not listen")


def proxy():
    incoming, outgoing = free_port(), free_port()
    running = start_proxy(incoming, outgoing)
    try:
        address = f"tcp://127.0.0.1:{incoming}"
        with Cluster(options.corelevel, "--bluesky-proxy", address, worker="python") as cluster:
            listener = Listener(f"127.0.0.1:{outgoing}")
            Submitter(cluster.broker).submit("proxied", range(1, 201), expected=200)
            listener.wait_for_stops()
            check_run(listener, 200, cluster.results("proxied"))
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def kill():
    port = free_port()
    with Cluster(options.corelevel, "--bluesky", f"tcp://127.0.0.1:{port}", worker="python") as cluster:
        listener, submitter = Listener(cluster.bluesky), Submitter(cluster.broker)
        for part in range(4):
            submitter.submit("killed", range(part * 25 + 1, part * 25 + 26), rate=100)
            if part < 3:
                # At rest, so that what came and what the store knows are the same.
                listener.wait(lambda _: len(listener.events()) == (part + 1) * 25)
                cluster.kill_collector()
                cluster.start_collector()
        submitter.close_run("killed")
        listener.wait_for_stops()
        assert len(listener.of("start")) == 1, listener.count()
        check_run(listener, 100, cluster.results("killed"))
        # In the middle of it: nothing comes twice; what was under way is missing in the numbers.
        submitter.submit("hard", range(1, 41), expected=200, rate=200)
        cluster.kill_collector()
        cluster.start_collector()
        submitter.submit("hard", range(41, 201), expected=200, rate=400)
        listener.wait_for_stops(2)
        first = listener.of("start")[1]["uid"]
        descriptors = {d["uid"] for d in listener.of("descriptor") if d["run_start"] == first}
        numbers = [event["seq_num"] for event in listener.events() if event["descriptor"] in descriptors]
        assert numbers == sorted(set(numbers)), "an event came twice, or out of order"
        stop = listener.of("stop")[1]
        assert stop["exit_status"] == "success" and stop["num_events"]["primary"] == 200, stop
        assert stop["run_start"] == first and len(cluster.results("hard")) == 200
        return f"{200 - len(numbers)} of 200 events were under way when it was killed"


def ends():
    arguments = [*LISTEN, "--bluesky-idle", "3"]
    with Cluster(options.corelevel, *arguments, worker="python") as cluster:
        listener, submitter = Listener(cluster.bluesky), Submitter(cluster.broker)
        submitter.submit("aborted", range(1, 6), expected=50)
        submitter.close_run("aborted")
        assert listener.wait_for_stops()[-1][1]["exit_status"] == "abort", listener.documents[-1]
        submitter.submit("silent", range(1, 6), expected=50)
        assert listener.wait_for_stops(2)[-1][1]["exit_status"] == "abort", listener.documents[-1]
        assert "nothing happened" in listener.of("stop")[1]["reason"]
        # Killed while a run is open, and nothing comes any more.
        submitter.submit("crashed", range(1, 6), expected=50)
        listener.wait(lambda _: len(listener.events()) == 15)
        cluster.kill_collector()
        cluster.collector_arguments = ["--bluesky", cluster.bluesky, "--bluesky-idle", "3"]
        cluster.start_collector()
        listener.wait_for_stops(3)
        stop, start = listener.of("stop")[2], listener.of("start")[2]
        assert stop["exit_status"] == "abort" and stop["run_start"] == start["uid"], stop
        # It goes on after all: as a run of its own that names the first.
        submitter.submit("crashed", range(6, 51), expected=50)
        listener.wait_for_stops(4)
        again = listener.of("start")[3]
        assert again["continues"] == start["uid"] and listener.of("stop")[3]["num_events"]["primary"] == 45
        assert not listener.errors, listener.errors


failures = 0
for name in options.only.split(","):
    started = time.monotonic()
    try:
        note = globals()[name]()
        print(json.dumps({"test": name, "passed": True, "seconds": round(time.monotonic() - started, 1),
                          **({"note": note} if note else {})}), flush=True)
    except Exception as error:
        failures += 1
        print(json.dumps({"test": name, "passed": False, "error": f"{type(error).__name__}: {error!s:.2000}"}),
              flush=True)
# Dispatchers hold threads with event loops; there is nothing left to do for them.
sys.stdout.flush()
os._exit(1 if failures else 0)
