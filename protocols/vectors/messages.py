"""Vectors of good messages."""
import json
import struct

from frames import FIVE, REGION, array, axis, job, raw, region, text, vector


def submits():
    def submit(name, header, *frames, **more):
        vector(f"submit/{name}", "submit", "client", header, *frames, schema="submit.json#/$defs/submit", **more)

    full = region(ordinate="counts", photon_energy_eV=1486.6, work_function_eV=4.5, pass_energy_eV=20.0, dwell_s=0.1,
                  sweeps=4.0, transmission_corrected=False)
    submit("submit-one-region", job(full, expected=500, meta={"sample": "PET-3", "acquired": "2026-11-22T14:00:00Z"}),
           FIVE, spectra=1, floats=[[1, 2, 3.5, 4, 5]])
    submit("submit-two-regions", job(
        full, {"name": "survey", "dtype": "<u2", "shape": [4], "axis": {"kind": "kinetic", "unit": "eV", "dtype": "<f8"},
               "ordinate": "counts_per_second", "photon_energy_eV": 1486.6}),
        FIVE, array("H", 0, 1, 65535, 7), array("d", 1000.5, 900.25, 800, 0.125), spectra=1,
        floats=[[1, 2, 3.5, 4, 5], [0, 1, 65535, 7]], axes=[None, [1000.5, 900.25, 800, 0.125]])
    submit("submit-transmission", job(region(transmission="<f4"), {
        "name": "survey", "dtype": "<u2", "shape": [4], "axis": {"kind": "binding", "unit": "eV", "dtype": "<f8"},
        "ordinate": "counts", "transmission": "<f8"}),
        FIVE, array("f", 1, 0.75, 0.5, 2, 1e-6), array("H", 0, 1, 65535, 7), array("d", 4, 3, 2, 1),
        array("d", 0.25, 0.5, 1, 1), spectra=1, floats=[[1, 2, 3.5, 4, 5], [0, 1, 65535, 7]], axes=[None, [4, 3, 2, 1]],
        transmissions=[[1, 0.75, 0.5, 2, 1e-6], [0.25, 0.5, 1, 1]], canonical=False)
    submit("submit-stack", job(region(shape=[3, 2], ordinate="arbitrary"), region(name="O 1s", dtype="|u1", shape=[3, 2],
           axis=axis(step=-0.5), ordinate="counts")), array("f", 1, 2, 3, 4, 5, 6), array("B", 1, 2, 3, 4, 5, 255),
           spectra=3, floats=[[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 255]])
    submit("submit-live", job(**{"class": "live", "ttl_ms": 2000}), FIVE, canonical=False, spectra=1)
    submit("submit-live-default", job(**{"class": "live"}), FIVE, canonical=False, spectra=1)
    submit("submit-complete", job(**{"class": "complete"}), FIVE, canonical=False, spectra=1)
    submit("submit-minimal", {"run": "r", "regions": [REGION]}, FIVE, canonical=False, spectra=1)
    submit("submit-spaced", json.dumps(job(id=7, unknown={"a": [1, None, "{"]}), indent=2), FIVE, canonical=False, spectra=1)
    submit("submit-escaped", '{"\\u0072un":"\\u00e9t\\u00e9\\ud83d\\ude00\\/","job":"\\"q\\"","id":"\\u0041",'
           '"regions":[{"name":"C 1s","dtype":"float32","shape":[5.0],"axis":{"kind":"binding","unit":"eV",'
           '"start":2.8e2,"step":2.5E-1}}]}', FIVE, canonical=False, spectra=1, run="\u00e9t\u00e9\U0001f600/", job='"q"')
    submit("submit-longest-names", job(run="r" * 128, job="\u00fc" * 32), FIVE, canonical=False, spectra=1)
    for code, dtype, name, values in [
            ("f", "<f4", "float32", [-1.5, 0, 3e38]), ("d", "<f8", "float64", [-1.5, 0, 1e30]),
            ("b", "|i1", "int8", [-128, 0, 127]), ("B", "|u1", "uint8", [0, 1, 255]),
            ("h", "<i2", "int16", [-32768, 0, 32767]), ("H", "<u2", "uint16", [0, 1, 65535]),
            ("i", "<i4", "int32", [-(2**31), 0, 16777216]), ("I", "<u4", "uint32", [0, 1, 2**32 - 256]),
            ("q", "<i8", "int64", [-(2**62), 0, 2**40]), ("Q", "<u8", "uint64", [0, 1, 2**63])]:
        floats = list(struct.unpack("<3f", struct.pack("<3f", *values)))
        submit(f"dtype-{name}", job(region(dtype=dtype, shape=[3], ordinate="counts")), array(code, *values), spectra=1,
               floats=[floats])
        submit(f"dtype-{name}-numpy", job(region(dtype=name, shape=[3])), array(code, *values), canonical=False, spectra=1)
    submit("submit-req", job(), FIVE, envelope=[raw(b"")], canonical=False, spectra=1)
    submit("submit-req-correlate", job(), FIVE, envelope=[raw(b"\x00\x01\x02\x03"), raw(b"")], canonical=False, spectra=1)
    submit("submit-req-correlate-brace", job(), FIVE, envelope=[raw(b"{\x01\x02\x03"), raw(b"")], canonical=False,
           spectra=1)
    submit("submit-dealer", job(), FIVE, envelope=[], canonical=False, spectra=1)
    submit("submit-three-hops", job(), FIVE, envelope=[raw(b"a"), raw(b"bb"), raw(b"ccc"), raw(b"")], canonical=False,
           spectra=1)
    vector("ingest/submit", "ingest", "client", job(), FIVE, schema="submit.json#/$defs/ingest", canonical=False, spectra=1)


def questions():
    for name, header in {
            "hello": {"op": "hello"}, "hello-id": {"op": "hello", "id": "q-1"},
            "status-job": {"op": "status", "run": "scan-42", "job": "17"}, "status-run": {"op": "status", "run": "scan-42"},
            "result": {"op": "result", "id": 9, "run": "scan-42", "job": "17"},
            "cancel-job": {"op": "cancel", "run": "scan-42", "job": "17"}, "cancel-run": {"op": "cancel", "run": "scan-42"},
            "run.open": {"op": "run.open", "run": "scan-42"},
            "run.open-expected": {"op": "run.open", "run": "scan-42", "expected": 500},
            "run.close": {"op": "run.close", "run": "scan-42", "expected": 500}, "snapshot-all": {"op": "snapshot"},
            "snapshot-run": {"op": "snapshot", "run": "scan-42", "after": 120, "limit": 1000}}.items():
        vector(f"submit/{name}", "submit", "client", {"v": 1} | header, schema=f"submit.json#/$defs/{header['op']}")
    vector("submit/snapshot-defaults", "submit", "client", {"op": "snapshot", "run": "scan-42"}, canonical=False,
           schema="submit.json#/$defs/snapshot")
    for name, header in {
            "queue": {"op": "queue"}, "workers": {"op": "workers", "id": 1},
            "dead.list": {"op": "dead.list", "run": "scan-42", "limit": 10},
            "dead.show": {"op": "dead.show", "run": "scan-42", "job": "17"}, "dead.requeue-all": {"op": "dead.requeue"},
            "dead.requeue-run": {"op": "dead.requeue", "run": "scan-42"},
            "dead.requeue-job": {"op": "dead.requeue", "run": "scan-42", "job": "17"}, "dead.purge-all": {"op": "dead.purge"},
            "dead.purge-job": {"op": "dead.purge", "run": "scan-42", "job": "17"},
            "cancel-run": {"op": "cancel", "run": "scan-42"}, "drain": {"op": "drain"},
            "drain-worker": {"op": "drain", "worker": "5f0c"}}.items():
        vector(f"admin/{name}", "admin", "client", {"v": 1} | header, schema=f"admin.json#/$defs/{header['op']}")


COUNTS = {"run": "scan-42", "expected": 500, "accepted": 20, "queued": 3, "leased": 4, "computed": 1, "stored": 10,
          "dead": 1, "cancelled": 1, "expired": 0, "refused": 2, "missing": 3, "gaps": [[4, 5], [11, 11]], "closed": False,
          "opened_ms": 1795355640123}
NEW_RUN = {"run": "\u00e9", "accepted": 0, "queued": 0, "leased": 0, "computed": 0, "stored": 0, "dead": 0, "cancelled": 0,
           "expired": 7, "refused": 0, "missing": 0, "gaps": [], "closed": True, "opened_ms": 0}
LETTER = {"run": "scan-42", "job": "17", "seq": 17, "attempts": 5, "error": "worker 5f0c was lost while it computed this",
          "workers": ["a1", "5f0c"], "died_ms": 1795355641000}
PROGRESS = {"n": 12, "epoch": "c9", "run": "scan-42", "expected": 500, "acquired": 20, "analysed": 10, "failed": 1,
            "cancelled": 1, "expired": 2, "queued": 3, "in_flight": 5, "spectra": 10, "missing": 3, "gaps": [[4, 5], [11, 11]],
            "state": "open", "rate_hz": 12.5, "eta_s": 39.2, "time_ms": 1795355641500}
LINE = {"shift_eV": 0.42, "groups": [{"name": "ester", "probability": 0.98, "call": "present"}], "model": "stn"}


def replies():
    where = {"run": "scan-42", "job": "17"}
    receipt = {"run": "scan-42", "job": "17", "seq": 17, "state": "queued", "durable": "fsync", "dedupe": True, "credit": 256}
    lines = "\n".join(json.dumps({"n": n, "run": "scan-42", "job": str(n), "index": 0, "row": LINE}) for n in (121, 122))
    for name, schema, header, *frames in [
            ("receipt-accepted", "receipt", {"op": "submit", "id": 7, "code": 202} | receipt),
            ("receipt-minted-key", "receipt", {"op": "submit", "code": 202, "run": "r", "job": "k-1", "state": "queued",
             "durable": "fsync", "dedupe": False, "credit": 0}),
            ("receipt-live", "receipt", {"op": "submit", "id": 7, "code": 202} | receipt | {"durable": "memory", "ttl_ms": 2000}),
            ("receipt-duplicate", "receipt", {"op": "submit", "code": 208} | receipt | {"state": "stored"}),
            ("hello", "hello", {"op": "hello", "id": "q-1", "code": 200, "server": "corelevel 1.0", "epoch": "b7", "versions": [1],
             "credit": 256, "limits": {"header_bytes": 65536, "job_bytes": 8388608, "regions": 64},
             "endpoints": {"submit": "tcp://h:5760", "ingest": "tcp://h:5761", "work": "tcp://h:5762",
                           "collect": "tcp://h:5763", "admin": "tcp://h:5765", "events": "tcp://h:5764",
                           "http": "http://h:8060"}}),
            ("hello-no-collector", "hello", {"op": "hello", "code": 200, "server": "corelevel 1.0", "epoch": "b7", "versions": [1],
             "credit": 0, "limits": {"header_bytes": 65536, "job_bytes": 8388608, "regions": 64},
             "endpoints": {"submit": "tcp://h:5760", "ingest": "tcp://h:5761", "work": "tcp://h:5762",
                           "collect": "tcp://h:5763", "admin": "tcp://h:5765"}}),
            ("status-job", "jobStatus", {"op": "status", "code": 200} | where | {"seq": 17, "state": "leased", "attempts": 1,
             "spectra": 1}),
            ("status-dead-job", "jobStatus", {"op": "status", "code": 200} | where | {"state": "dead", "attempts": 5,
             "spectra": 3, "error": "worker 5f0c was lost while it computed this"}),
            ("status-expired-job", "jobStatus", {"op": "status", "code": 200} | where | {"state": "expired", "attempts": 0,
             "spectra": 1}),
            ("status-run", "runStatus", {"op": "status", "code": 200} | COUNTS),
            ("result", "result", {"op": "result", "id": 9, "code": 200} | where | {"spectra": 1}, text(LINE)),
            ("result-pending", "pending", {"op": "result", "code": 202} | where | {"state": "queued", "retry_after_ms": 250}),
            ("cancel-job", "jobCancelled", {"op": "cancel", "code": 200} | where | {"state": "cancelled"}),
            ("cancel-run", "runCancelled", {"op": "cancel", "code": 200, "run": "scan-42", "cancelled": 12}),
            ("run.open", "runOpened", {"op": "run.open", "code": 200, "run": "scan-42", "expected": 500}),
            ("run.close", "runClosed", {"op": "run.close", "code": 200} | COUNTS | {"closed": True}),
            ("snapshot-all", "snapshotRuns", {"op": "snapshot", "code": 200, "epoch": "c9"}, text(PROGRESS)),
            ("snapshot-run", "snapshotResults", {"op": "snapshot", "code": 200, "run": "scan-42", "epoch": "c9",
             "progress": PROGRESS}, text(lines)),
            ("snapshot-empty", "snapshotResults", {"op": "snapshot", "code": 200, "run": "scan-42", "epoch": "c9"}, text("")),
            ("refusal-400", "refusal", {"op": "submit", "code": 400, "run": "scan-42", "error": "The key regions is missing.",
             "field": "regions", "retry": False}),
            ("refusal-400-nothing-read", "refusal", {"code": 400, "error": "The header is not a JSON object.", "retry": False}),
            ("refusal-404", "refusal", {"op": "status", "id": 3, "code": 404, "run": "scan-42", "job": "99",
             "error": "There is no such job.", "retry": False}),
            ("refusal-409", "refusal", {"op": "cancel", "code": 409} | where | {"state": "stored",
             "error": "The result is stored.", "retry": False}),
            ("refusal-422", "refusal", {"op": "submit", "code": 422} | where | {"seq": 17,
             "error": "The frame has 16 bytes, and shape [5] of <f4 needs 20.", "field": "regions[0].shape", "retry": False}),
            ("refusal-426", "refusal", {"op": "submit", "code": 426, "error": "Version 2 is not understood.", "field": "v",
             "retry": False, "versions": [1]}),
            ("refusal-429", "refusal", {"op": "submit", "code": 429} | where | {"seq": 17, "error": "The window is full.",
             "retry": True, "retry_after_ms": 50, "credit": 16}),
            ("refusal-503", "refusal", {"op": "submit", "code": 503} | where | {"error": "The queue is full.", "retry": True,
             "retry_after_ms": 1000}),
            ("refusal-507", "refusal", {"op": "submit", "code": 507} | where | {"error": "The disk is full.", "retry": True,
             "retry_after_ms": 5000})]:
        vector(f"replies/{name}", "submit", "broker", {"v": 1} | header, *frames, schema=f"replies.json#/$defs/{schema}")
    worker = {"worker": "5f0c", "host": "node7", "pid": 4711, "software": "mine 1.0", "model": "dice", "credit": 2, "leases": 2,
              "executing": 1, "done": 900, "failed": 1, "last_seen_ms": 120, "draining": False}
    queue = {"op": "queue", "code": 200, "epoch": "b7", "jobs": {"queued": 3, "leased": 4, "computed": 1, "dead": 1},
             "bytes": {"queued": 211200, "memory": 105600, "journal": 268435456, "limit": 21474836480, "live": 0},
             "runs": [COUNTS, NEW_RUN], "draining": False,
             "counters": {"submit.accepted": 20, "submit.refused.422": 2, "work.results": 11}}
    collector = {"collector": "c2", "host": "store1", "pid": 812, "software": "corelevel 1.0", "events": "tcp://store1:5764"}
    for name, schema, header, *frames in [
            ("queue", "queue", queue | {"collector": collector | {"http": "http://store1:8060"}}),
            ("queue-collector-away", "queue", queue | {"runs": [], "counters": {}}),
            ("queue-refusals", "queue", queue | {"refusals": [{"run": "scan-42", "seq": 3, "code": 422, "error": "NaN at 7.", "field": "regions[0]"}]}),
            ("workers", "workers", {"op": "workers", "code": 200, "workers": [worker, worker | {"worker": "a1"}]}),
            ("dead.list", "deadList", {"op": "dead.list", "code": 200, "dead": [LETTER]}),
            ("dead.show", "deadShow", {"op": "dead.show", "code": 200} | LETTER, text(job()), FIVE),
            ("dead.requeue", "requeued", {"op": "dead.requeue", "code": 200, "requeued": 3}),
            ("dead.purge", "purged", {"op": "dead.purge", "code": 200, "purged": 1}),
            ("drain", "draining", {"op": "drain", "code": 200}),
            ("drain-worker", "draining", {"op": "drain", "id": 4, "code": 200, "worker": "5f0c"}),
            ("refusal-403", "refusal", {"op": "hello", "code": 403, "error": "hello belongs on submit.", "field": "op",
             "retry": False})]:
        vector(f"replies/admin-{name}", "admin", "broker", {"v": 1} | header, *frames, schema=f"replies.json#/$defs/{schema}")


def peers():
    where = {"run": "scan-42", "job": "17"}
    two = json.dumps(LINE) + "\n" + json.dumps({"error": "the spectrum is empty"})
    for sender, name, schema, header, *frames in [
            ("worker", "ready", "ready", {"op": "ready", "worker": "5f0c", "host": "node7", "pid": 4711, "software": "mine 1.0",
             "model": "dice", "credit": 2, "credit_bytes": 16777216}),
            ("worker", "result", "result", {"op": "result", "lease": 901} | where | {"model": "dice", "compute_us": 812},
             text(LINE)),
            ("worker", "result-stack", "result", {"op": "result", "lease": 902} | where | {"model": "dice"}, text(two)),
            ("worker", "result-line-feed-at-end", "result", {"op": "result", "lease": 903} | where | {"model": ""},
             text(two + "\n")),
            ("worker", "failed-bad-input", "failed", {"op": "failed", "lease": 902, "kind": "bad_input",
             "error": "the region lies outside 40 to 700 eV"}),
            ("worker", "failed-transient", "failed", {"op": "failed", "lease": 902, "kind": "transient", "error": ""}),
            ("worker", "return", "return", {"op": "return", "leases": [901, 9007199254740991]}),
            ("worker", "heartbeat", "worker.heartbeat", {"op": "heartbeat", "held": [901, 902], "executing": [901]}),
            ("worker", "heartbeat-idle", "worker.heartbeat", {"op": "heartbeat", "held": [], "executing": []}),
            ("worker", "goodbye", "goodbye", {"op": "goodbye"}),
            ("broker", "welcome", "welcome", {"op": "welcome", "epoch": "b7", "heartbeat_ms": 250, "lease_ms": 3000,
             "liveness_ms": 750}),
            ("broker", "refused", "refused", {"op": "refused", "code": 400, "error": "The key credit is missing.",
             "field": "credit"}),
            ("broker", "refused-version", "refused", {"op": "refused", "code": 426, "error": "Version 2 is not understood.",
             "field": "v", "versions": [1]}),
            ("broker", "lease", "lease", {"op": "lease", "lease": 901, "attempt": 1, "solo": False} | where | {"spectra": 1},
             text(job()), FIVE),
            ("broker", "lease-live", "lease", {"op": "lease", "lease": 7, "attempt": 1, "solo": False, "class": "live"} | where
             | {"spectra": 1}, text(job(**{"class": "live"})), FIVE),
            ("broker", "lease-solo", "lease", {"op": "lease", "lease": 0, "attempt": 4, "solo": True} | where | {"spectra": 1},
             text(job()), FIVE),
            ("broker", "heartbeat", "heartbeat", {"op": "heartbeat"}),
            ("broker", "cancel", "cancel", {"op": "cancel", "leases": [901]}), ("broker", "drain", "drain", {"op": "drain"}),
            ("broker", "goodbye", "goodbye", {"op": "goodbye"}), ("broker", "unknown", "unknown", {"op": "unknown"})]:
        more = {"lines": {"result": 1}.get(name, 2)} if schema == "result" else {}
        vector(f"work/{sender}-{name}", "work", sender, {"v": 1} | header, *frames, schema=f"work.json#/$defs/{schema}", **more)
    opened = {"op": "open", "collector": "c2", "host": "store1", "pid": 812, "software": "corelevel 1.0",
              "events": "tcp://store1:5764"}
    for sender, name, header, *frames in [
            ("collector", "open", opened | {"credit_bytes": 67108864}),
            ("collector", "open-page", opened | {"http": "http://store1:8060", "credit_bytes": 1}),
            ("collector", "stored", {"op": "stored", "deliveries": [31, 32, 40]}),
            ("collector", "rejected", {"op": "rejected", "delivery": 33, "error": "the disk refuses row 2"}),
            ("collector", "answer", {"op": "answer", "query": 4},
             text({"v": 1, "op": "result", "id": 9, "code": 200} | where | {"spectra": 1}), text(LINE)),
            ("collector", "heartbeat", {"op": "heartbeat"}), ("collector", "goodbye", {"op": "goodbye"}),
            ("broker", "welcome", {"op": "welcome", "epoch": "b7", "heartbeat_ms": 250, "liveness_ms": 750}),
            ("broker", "refused", {"op": "refused", "code": 400, "error": "The key events is missing.", "field": "events"}),
            ("broker", "deliver", {"op": "deliver", "delivery": 31} | where | {"seq": 17, "attempt": 1, "worker": "5f0c",
             "model": "dice", "spectra": 1, "accepted_ms": 1795355640123}, text(job()), FIVE, text(LINE)),
            ("broker", "deliver-no-seq", {"op": "deliver", "delivery": 32} | where | {"attempt": 2, "worker": "5f0c",
             "model": "dice", "spectra": 1, "accepted_ms": 0}, text(job(seq=None)), FIVE, text(LINE)),
            ("broker", "run", {"op": "run"} | COUNTS), ("broker", "run-new", {"op": "run"} | NEW_RUN),
            ("broker", "dead", {"op": "dead"} | LETTER), ("broker", "revived", {"op": "revived"} | where),
            ("broker", "refusal", {"op": "refusal", "run": "scan-42", "seq": 18, "code": 422, "error": "Value 3 is not finite.",
             "field": "regions[0].dtype"}),
            ("broker", "refusal-unnumbered", {"op": "refusal", "run": "scan-42", "code": 400, "error": "The key seq is missing."}),
            ("broker", "query", {"op": "query", "query": 4}, text({"v": 1, "op": "result", "id": 9} | where)),
            ("broker", "cluster", {"op": "cluster", "epoch": "b7", "workers": 2, "queued": 3, "leased": 4, "computed": 1,
             "bytes": 211200}),
            ("broker", "heartbeat", {"op": "heartbeat"}), ("broker", "drain", {"op": "drain"}),
            ("broker", "goodbye", {"op": "goodbye"}), ("broker", "goodbye-replaced", {"op": "goodbye", "code": 409}),
            ("broker", "unknown", {"op": "unknown"})]:
        vector(f"collect/{sender}-{name}", "collect", sender, {"v": 1} | header, *frames,
               schema=f"collect.json#/$defs/{header['op']}")


def events():
    ingest = {"n": 3, "epoch": "c9", "run": "scan-42", "accepted": 18, "refused": 2, "missing": 0, "gaps": [],
              "refusals": [{"seq": 4, "code": 422, "error": "Value 3 is not finite."}, {"code": 400, "error": "No seq."}]}
    early = {key: value for key, value in PROGRESS.items() if key not in ("expected", "eta_s")}
    for name, topic, schema, event in [
            ("progress", "run/scan-42/progress/", "progress", PROGRESS),
            ("progress-unknown-total", "run/a%20b%2F%C3%A9%25/progress/", "progress", early | {"run": "a b/\u00e9%"}),
            ("result", "run/scan-42/result/", "result", {"n": 121, "run": "scan-42", "job": "17", "seq": 17, "index": 0,
             "row": LINE}),
            ("result-failed", "run/scan-42/result/", "result", {"n": 122, "run": "scan-42", "job": "18", "index": 2,
             "row": {"error": "the spectrum is empty"}}),
            ("dead", "run/scan-42/dead/", "dead", {"n": 1, "epoch": "c9"} | LETTER),
            ("ingest", "run/scan-42/ingest/", "ingest", ingest),
            ("cluster", "cluster/", "cluster", {"n": 60, "epoch": "c9", "broker": "away", "workers": 0, "queued": 3, "leased": 4,
             "computed": 1, "time_ms": 1795355641500})]:
        vector(f"events/{name}", "events", "collector", {"v": 1} | event, schema=f"events.json#/$defs/{schema}",
               envelope=[text(topic)])


ALL = (submits, questions, replies, peers, events)
