"""A run at a steady rate: every event once, in order, whether the subscriber reads or stands still.

    bluesky_rate.py --corelevel .build/release/corelevel [--count 2000] [--rate 50] [--pause 30]

The subscriber is a process of its own that is stopped (SIGSTOP) for --pause seconds in the middle of the run. Upstream
nothing may change: acknowledgements, the store and the run's end come as they do without a pause.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time

try:
    import bluesky.callbacks.zmq
    import event_model
except ImportError as missing:
    print(f"skipped: {missing}; pip install bluesky event-model", file=sys.stderr)
    sys.exit(77)

from bluesky_cluster import Cluster, Listener, Submitter

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--corelevel")
arguments.add_argument("--count", type=int, default=2000)
arguments.add_argument("--rate", type=float, default=50)
arguments.add_argument("--pause", type=float, default=30)
arguments.add_argument("--slack", type=float, default=1.1, help="how many times longer than planned it may take")
arguments.add_argument("--worker", default="corelevel")
arguments.add_argument("--listen", help="used by the script itself")
options = arguments.parse_args()


def listen():
    """The subscriber: prints one JSON line at the end of the run."""
    listener = Listener(options.listen)
    print("ready", flush=True)
    listener.wait_for_stops(seconds=600)
    numbers = [event["seq_num"] for event in listener.events()]
    print(json.dumps({"errors": listener.errors, "numbers": numbers, "documents": listener.count(),
                      "stop": listener.of("stop")[0]}), flush=True)
    os._exit(0)


def main():
    with Cluster(options.corelevel, "--bluesky", "tcp://127.0.0.1:0", worker=options.worker) as cluster:
        subscriber = subprocess.Popen(
            [sys.executable, __file__, "--listen", cluster.bluesky], stdout=subprocess.PIPE)
        assert subscriber.stdout.readline().strip() == b"ready"
        submitter = Submitter(cluster.broker)
        halves = {}

        def pause():
            subscriber.send_signal(signal.SIGSTOP)
            time.sleep(options.pause)
            subscriber.send_signal(signal.SIGCONT)

        started = time.monotonic()
        middle = options.count // 4
        submitter.submit("rate", range(1, middle + 1), expected=options.count, rate=options.rate)
        halves["reading"] = list(submitter.latencies)
        pausing = threading.Thread(target=pause)
        pausing.start()
        submitter.submit("rate", range(middle + 1, options.count + 1), expected=options.count, rate=options.rate)
        halves["paused"] = submitter.latencies[middle:]
        seconds = time.monotonic() - started
        deadline = time.monotonic() + 30
        while len(cluster.results("rate")) < options.count and time.monotonic() < deadline:
            time.sleep(0.2)
        stored_after = time.monotonic() - started
        stored = len(cluster.results("rate"))
        pausing.join()
        seen = json.loads(subscriber.stdout.readline())
        subscriber.wait()
    percentile = lambda values: round(1000 * sorted(values)[int(len(values) * 0.99)], 1)
    print(json.dumps({
        "count": options.count, "submitted_s": round(seconds, 1), "all_stored_s": round(stored_after, 1),
        "acknowledged_p99_ms": {name: percentile(values) for name, values in halves.items()},
        "events": len(seen["numbers"]), "documents": seen["documents"],
    }))
    assert not seen["errors"], seen["errors"]
    assert stored == options.count, f"{stored} stored"
    assert seen["numbers"] == list(range(1, options.count + 1)), "events are missing, doubled or out of order"
    assert seen["stop"]["exit_status"] == "success", seen["stop"]
    assert seconds < options.slack * options.count / options.rate + 1, "submitting was held up"


listen() if options.listen else main()
