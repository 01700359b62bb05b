#!/usr/bin/env python3
"""Writes the golden vectors of the wire, and checks them against the schemas.

A vector is `socket`, `from`, and `frames`, each {"text": UTF-8, "spaces": so many appended} or {"hex": bytes, "repeat":
times}. The header is the frame at `envelope` (0 if absent; on events that is the topic). `schema` is what describes the
header. With `expect` the message must be refused with that `code` and `field`, and the refusal carries `echo`; without,
it must be read, and written again from what was read it must be the same JSON where `canonical`. `spectra`, `floats`
and `axes` (for each region) are what a job's frames hold; `lines` is how many result lines a worker owes.

    make.py            writes one file for each vector, and index.json
    make.py --check    writes nothing: compares the files with what would be written, and validates (needs jsonschema)

This is plain Python, apart from the Swift that reads and writes the wire, so that each checks the other.
"""
import json
import math
import struct
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
vectors = {}


def text(value):
    """A header frame: an object as compact JSON, or text as it is."""
    return {"text": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))}


def raw(data, repeat=1):
    """A frame of bytes, all of them `repeat` times."""
    return {"hex": data.hex(), "repeat": repeat} if repeat > 1 else {"hex": data.hex()}


def array(code, *values):
    return raw(struct.pack(f"<{len(values)}{code}", *values))


def vector(name, socket, sender, header, *frames, schema=None, canonical=True, envelope=None, **more):
    """`header` is an object, a text, or a frame; None for no header frame at all."""
    head = [] if header is None else [header if isinstance(header, dict) and ("hex" in header or "text" in header)
                                      else text(header)]
    entry = {"socket": socket, "from": sender, "schema": schema}
    if envelope is not None:
        entry["envelope"] = len(envelope)
    entry |= {"canonical": canonical} | more
    entry["frames"] = (envelope or []) + head + list(frames)
    assert name not in vectors, name
    vectors[name] = entry


def refused(name, code, field, header, *frames, socket="submit", sender="client", schema="submit.json#/$defs/submit",
            echo=None, beyond_schema=False, **more):
    """A message that must be refused; `beyond_schema`: a schema cannot say what is wrong with it."""
    expect = {"code": code, "field": field}
    if echo is not None:
        expect["echo"] = echo
    if beyond_schema:
        more["beyondSchema"] = True
    vector(f"refused/{name}", socket, sender, header, *frames, schema=schema, canonical=False, expect=expect, **more)


AXIS = {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.25}
REGION = {"name": "C 1s", "dtype": "<f4", "shape": [5], "axis": AXIS}
FIVE = array("f", 1, 2, 3.5, 4, 5)


def region(**changes):
    """The usual region with some keys changed; a key set to None is left out."""
    return {key: value for key, value in (REGION | changes).items() if value is not None}


def axis(**changes):
    return {key: value for key, value in (AXIS | changes).items() if value is not None}


def job(*regions, **changes):
    header = {"v": 1, "op": "submit", "run": "scan-42", "job": "17", "seq": 17, "regions": list(regions) or [REGION]}
    return {key: value for key, value in (header | changes).items() if value is not None}


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
    submit("submit-stack", job(region(shape=[3, 2], ordinate="arbitrary"), region(name="O 1s", dtype="|u1", shape=[3, 2],
           axis=axis(step=-0.5), ordinate="counts")), array("f", 1, 2, 3, 4, 5, 6), array("B", 1, 2, 3, 4, 5, 255),
           spectra=3, floats=[[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 255]])
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
          "dead": 1, "cancelled": 1, "refused": 2, "missing": 3, "gaps": [[4, 5], [11, 11]], "closed": False,
          "opened_ms": 1795355640123}
NEW_RUN = {"run": "\u00e9", "accepted": 0, "queued": 0, "leased": 0, "computed": 0, "stored": 0, "dead": 0, "cancelled": 0,
           "refused": 0, "missing": 0, "gaps": [], "closed": True, "opened_ms": 0}
LETTER = {"run": "scan-42", "job": "17", "seq": 17, "attempts": 5, "error": "worker 5f0c was lost while it computed this",
          "workers": ["a1", "5f0c"], "died_ms": 1795355641000}
PROGRESS = {"n": 12, "epoch": "c9", "run": "scan-42", "expected": 500, "acquired": 20, "analysed": 10, "failed": 1,
            "cancelled": 1, "queued": 3, "in_flight": 5, "spectra": 10, "missing": 3, "gaps": [[4, 5], [11, 11]],
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
             "bytes": {"queued": 211200, "memory": 105600, "journal": 268435456, "limit": 21474836480},
             "runs": [COUNTS, NEW_RUN], "draining": False,
             "counters": {"submit.accepted": 20, "submit.refused.422": 2, "work.results": 11}}
    collector = {"collector": "c2", "host": "store1", "pid": 812, "software": "corelevel 1.0", "events": "tcp://store1:5764"}
    for name, schema, header, *frames in [
            ("queue", "queue", queue | {"collector": collector | {"http": "http://store1:8060"}}),
            ("queue-collector-away", "queue", queue | {"runs": [], "counters": {}}),
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


def malformed_headers():
    for name, header in {
            "garbage": raw(bytes(range(128, 160))), "empty": raw(b""), "text": text("hello"), "array": text('["submit"]'),
            "number": text("17"), "truncated": text('{"run":"r","regions":['), "trailing-comma": text('{"run":"r",}'),
            "garbage-behind": text(json.dumps(job()) + "x"), "two-objects": text("{}{}"),
            "not-a-number": text('{"run":"r","meta":{"x":NaN}}'), "infinity": text('{"run":"r","seq":-Infinity}'),
            "single-quotes": text("{'run':'r'}"), "comment": text('{"run":"r"/* */}'), "leading-zero": text('{"seq":017}'),
            "hex-number": text('{"seq":0x11}'), "plus-sign": text('{"seq":+1}'), "bare-point": text('{"seq":1.}'),
            "unquoted-key": text('{run:"r"}'), "control-in-string": text('{"run":"a\nb"}'),
            "bad-escape": text('{"run":"\\x41"}'), "lone-surrogate": text('{"run":"\\ud800"}'),
            "lone-low-surrogate": text('{"run":"\\udc00x"}'), "byte-order-mark": raw(b"\xef\xbb\xbf{}"),
            "invalid-utf8": raw(b'{"run":"\xff"}'), "overlong-utf8": raw(b'{"run":"\xc0\xaf"}'),
            "surrogate-utf8": raw(b'{"run":"\xed\xa0\x80"}'), "utf16": raw('{"run":"r"}'.encode("utf-16-le")),
            "too-deep": text('{"a":' + "[" * 16 + "]" * 16 + "}")}.items():
        refused(f"header-{name}", 400, None, header, FIVE, echo={}, beyond_schema=True)
    refused("header-missing", 400, None, None, envelope=[raw(b"")], echo={}, beyond_schema=True)
    refused("header-http", 400, None, text("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), envelope=[], echo={}, beyond_schema=True)
    refused("header-too-long", 413, None, text(job()) | {"spaces": 65536}, FIVE, echo={}, beyond_schema=True)
    refused("key-twice", 400, "run", '{"run":"a","run":"b","regions":[]}', beyond_schema=True)
    refused("version", 426, "v", job(v=2), FIVE, echo={"op": "submit", "run": "scan-42", "job": "17", "seq": 17},
            beyond_schema=True)
    refused("version-text", 400, "v", job(v="1"), FIVE)
    refused("id-object", 400, "id", job(id={}), FIVE)
    refused("id-too-long", 400, "id", job(id="x" * 65), FIVE)
    refused("op-number", 400, "op", job(op=5), FIVE, schema=None)
    refused("op-unknown", 404, "op", {"op": "dance", "id": 5}, schema=None, echo={"op": "dance", "id": 5})
    refused("op-of-admin", 403, "op", {"op": "queue"}, schema=None, echo={"op": "queue"})


def malformed_jobs():
    known = {"op": "submit", "run": "scan-42", "job": "17", "seq": 17}
    for name, field, header in [
            ("run-missing", "run", job(run=None)), ("run-number", "run", job(run=42)), ("run-empty", "run", job(run="")),
            ("run-too-long", "run", job(run="r" * 129)), ("run-control", "run", job(run="a\u0007b")),
            ("run-control-c1", "run", job(run="a\u0085b")), ("job-number", "job", job(job=17)),
            ("job-empty", "job", job(job="")), ("job-too-long", "job", job(job="j" * 65)),
            ("seq-negative", "seq", job(seq=-1)), ("seq-fraction", "seq", job(seq=1.5)), ("seq-text", "seq", job(seq="17")),
            ("seq-too-large", "seq", job(seq=2**53)), ("expected-text", "expected", job(expected="many")),
            ("regions-missing", "regions", job(regions=None)), ("regions-object", "regions", job(regions={})),
            ("regions-empty", "regions", job(regions=[])), ("region-text", "regions[0]", job("C 1s")),
            ("region-second-wrong", "regions[1].name", job(REGION, region(name=None))),
            ("name-missing", "regions[0].name", job(region(name=None))), ("name-empty", "regions[0].name", job(region(name=""))),
            ("name-too-long", "regions[0].name", job(region(name="n" * 65))),
            ("dtype-missing", "regions[0].dtype", job(region(dtype=None))), ("dtype-number", "regions[0].dtype", job(region(dtype=4))),
            ("shape-missing", "regions[0].shape", job(region(shape=None))), ("shape-number", "regions[0].shape", job(region(shape=5))),
            ("shape-empty", "regions[0].shape", job(region(shape=[]))), ("shape-three", "regions[0].shape", job(region(shape=[1, 1, 5]))),
            ("shape-one-point", "regions[0].shape[0]", job(region(shape=[1]))),
            ("shape-no-spectra", "regions[0].shape[0]", job(region(shape=[0, 5]))),
            ("shape-negative", "regions[0].shape[1]", job(region(shape=[1, -5]))),
            ("shape-text", "regions[0].shape[0]", job(region(shape=["5"]))),
            ("shape-fraction", "regions[0].shape[0]", job(region(shape=[5.5]))),
            ("axis-missing", "regions[0].axis", job(region(axis=None))), ("axis-array", "regions[0].axis", job(region(axis=[280, 281]))),
            ("axis-kind-missing", "regions[0].axis.kind", job(region(axis=axis(kind=None)))),
            ("axis-kind-unknown", "regions[0].axis.kind", job(region(axis=axis(kind="wavelength")))),
            ("axis-unit-missing", "regions[0].axis.unit", job(region(axis=axis(unit=None)))),
            ("axis-unit-other", "regions[0].axis.unit", job(region(axis=axis(unit="keV")))),
            ("axis-start-missing", "regions[0].axis.start", job(region(axis=axis(start=None)))),
            ("axis-start-text", "regions[0].axis.start", job(region(axis=axis(start="280")))),
            ("axis-step-missing", "regions[0].axis.step", job(region(axis=axis(step=None)))),
            ("axis-step-zero", "regions[0].axis.step", job(region(axis=axis(step=0.0)))),
            ("axis-dtype-number", "regions[0].axis.dtype", job(region(axis=axis(dtype=8)))),
            ("ordinate-unknown", "regions[0].ordinate", job(region(ordinate="volts"))),
            ("kinetic-without-photon-energy", "regions[0].photon_energy_eV", job(region(axis=axis(kind="kinetic")))),
            ("photon-energy-text", "regions[0].photon_energy_eV", job(region(photon_energy_eV="1486.6"))),
            ("transmission-number", "regions[0].transmission_corrected", job(region(transmission_corrected=1))),
            ("meta-array", "meta", job(meta=[1])), ("class-number", "class", job(**{"class": 5}))]:
        echo = {key: value for key, value in known.items() if key != field}
        refused(name, 400, field, header, FIVE, echo=echo)
    refused("expected-null", 400, "expected", json.dumps(job() | {"expected": None}), FIVE, echo=known)
    refused("run-too-many-bytes", 400, "run", job(run="\u00fc" * 65), FIVE, beyond_schema=True)
    refused("number-too-large", 400, "regions[0].axis.start", json.dumps(job()).replace("280.0", "1e999"), FIVE,
            beyond_schema=True)
    for name, dtype in [("big-endian", ">f4"), ("half", "float16"), ("complex", "<c8"), ("object", "|O"), ("empty", "")]:
        refused(f"dtype-{name}", 415, "regions[0].dtype", job(region(dtype=dtype)), FIVE, echo=known)
    refused("dtype-of-axis", 415, "regions[0].axis.dtype", job(region(axis=axis(dtype=">f8"))), FIVE, FIVE, echo=known)
    refused("regions-too-many", 413, "regions", job(*[REGION] * 65), *[FIVE] * 65, echo=known)
    refused("frames-too-many", 413, "regions", job(), *[FIVE] * 129, echo=known)
    refused("job-too-large", 413, "regions", job(region(dtype="|u1", shape=[8388608])), raw(b"\x01", 8388608), echo=known)
    refused("class-live", 422, "class", job(**{"class": "live"}), FIVE, echo=known)


def misfits():
    explicit = region(axis={"kind": "binding", "unit": "eV", "dtype": "<f8"})
    rising = array("d", 1, 2, 3, 4, 5)
    nan, inf = float("nan"), float("inf")
    for name, field, header, *frames in [
            ("frame-short", "regions[0].shape", job(), array("f", 1, 2, 3, 4)),
            ("frame-long", "regions[0].shape", job(), array("f", 1, 2, 3, 4, 5, 6)),
            ("frame-odd", "regions[0].shape", job(), raw(bytes(19))), ("frame-empty", "regions[0].shape", job(), raw(b"")),
            ("frame-missing", "regions", job()), ("frame-too-many", "regions", job(), FIVE, FIVE),
            ("frame-of-second-missing", "regions", job(REGION, REGION), FIVE),
            ("frame-of-second-short", "regions[1].shape", job(REGION, REGION), FIVE, array("f", 1)),
            ("frame-of-axis-missing", "regions", job(explicit), FIVE),
            ("shape-overflow", "regions[0].shape", job(region(shape=[2**52, 2**52])), FIVE),
            ("shape-huge", "regions[0].shape", job(region(shape=[2**53 - 1])), FIVE),
            ("stack-differs", "regions[1].shape", job(region(shape=[2, 2]), region(shape=[4])), array("f", 1, 2, 3, 4),
             array("f", 1, 2, 3, 4)),
            ("value-nan", "regions[0].dtype", job(), array("f", 1, 2, nan, 4, 5)),
            ("value-infinite", "regions[0].dtype", job(), array("f", 1, 2, 3, 4, inf)),
            ("value-minus-infinite-f8", "regions[0].dtype", job(region(dtype="<f8")), array("d", -inf, 2, 3, 4, 5)),
            ("value-nan-in-stack", "regions[0].dtype", job(region(shape=[2, 300])), array("f", *[1.0] * 599, nan)),
            ("axis-short", "regions[0].axis", job(explicit), FIVE, array("d", 1, 2, 3, 4)),
            ("axis-nan", "regions[0].axis", job(explicit), FIVE, array("d", 1, 2, nan, 4, 5)),
            ("axis-flat", "regions[0].axis", job(explicit), FIVE, array("d", 1, 2, 2, 4, 5)),
            ("axis-flat-start", "regions[0].axis", job(explicit), FIVE, array("d", 1, 1, 2, 4, 5)),
            ("axis-turns", "regions[0].axis", job(explicit), FIVE, array("d", 5, 4, 3, 2, 3)),
            ("axis-of-second-turns", "regions[1].axis", job(explicit, explicit), FIVE, rising, FIVE, array("d", 1, 2, 3, 4, 0))]:
        refused(name, 422, field, header, *frames, echo={"op": "submit", "run": "scan-42", "job": "17", "seq": 17})


def refused_elsewhere():
    for name, code, field, schema, header in [
            ("status-run-missing", 400, "run", "status", {"op": "status", "job": "17"}),
            ("result-job-missing", 400, "job", "result", {"op": "result", "run": "r"}),
            ("run.open-expected-negative", 400, "expected", "run.open", {"op": "run.open", "run": "r", "expected": -1}),
            ("snapshot-after-text", 400, "after", "snapshot", {"op": "snapshot", "run": "r", "after": "0"}),
            ("snapshot-limit-zero", 400, "limit", "snapshot", {"op": "snapshot", "run": "r", "limit": 0}),
            ("snapshot-limit-large", 400, "limit", "snapshot", {"op": "snapshot", "run": "r", "limit": 1001})]:
        refused(name, code, field, header, schema=f"submit.json#/$defs/{schema}")
    refused("ingest-seq-missing", 400, "seq", job(seq=None), FIVE, socket="ingest", schema="submit.json#/$defs/ingest")
    refused("ingest-question", 403, "op", {"op": "status", "run": "r"}, socket="ingest", schema=None)
    for name, code, field, schema, header in [
            ("op-missing", 400, "op", None, {}), ("submit", 403, "op", None, job()), ("hello", 403, "op", None, {"op": "hello"}),
            ("unknown", 404, "op", None, {"op": "shutdown"}),
            ("dead.show-job-missing", 400, "job", "dead.show", {"op": "dead.show", "run": "r"}),
            ("dead.requeue-run-missing", 400, "run", "dead.requeue", {"op": "dead.requeue", "job": "17"}),
            ("dead.list-limit", 400, "limit", "dead.list", {"op": "dead.list", "limit": 5000}),
            ("drain-worker-number", 400, "worker", "drain", {"op": "drain", "worker": 5})]:
        refused(f"admin-{name}", code, field, header, socket="admin", schema=schema and f"admin.json#/$defs/{schema}")
    ready = {"op": "ready", "worker": "w", "host": "h", "pid": 1, "software": "s", "model": "m", "credit": 1, "credit_bytes": 1}
    result = {"op": "result", "lease": 1, "run": "r", "job": "j", "model": "m"}
    for name, code, field, schema, header in [
            ("op-missing", 400, "op", None, {"lease": 1}), ("op-unknown", 404, "op", None, {"op": "dance"}),
            ("version", 426, "v", None, ready | {"v": 2}),
            ("ready-worker-missing", 400, "worker", "ready", {k: v for k, v in ready.items() if k != "worker"}),
            ("ready-worker-long", 400, "worker", "ready", ready | {"worker": "w" * 65}),
            ("ready-credit-zero", 400, "credit", "ready", ready | {"credit": 0}),
            ("ready-credit-large", 400, "credit", "ready", ready | {"credit": 1025}),
            ("ready-bytes-zero", 400, "credit_bytes", "ready", ready | {"credit_bytes": 0}),
            ("result-lease-text", 400, "lease", "result", result | {"lease": "1"}),
            ("result-run-missing", 400, "run", "result", {k: v for k, v in result.items() if k != "run"}),
            ("failed-kind", 400, "kind", "failed", {"op": "failed", "lease": 1, "kind": "sad", "error": "e"}),
            ("return-number", 400, "leases", "return", {"op": "return", "leases": 5}),
            ("return-text", 400, "leases[1]", "return", {"op": "return", "leases": [1, "2"]}),
            ("heartbeat-held-missing", 400, "held", "worker.heartbeat", {"op": "heartbeat", "executing": []}),
            ("return-too-many", 400, "leases", "return", {"op": "return", "leases": [0] * 1025})]:
        refused(f"work-{name}", code, field, header, socket="work", sender="worker", schema=schema and f"work.json#/$defs/{schema}")
    for name, code, field, lines in [
            ("too-few", 422, "spectra", "{}"), ("too-many", 422, "spectra", "{}\n{}\n{}"), ("none", 422, "spectra", ""),
            ("not-json", 400, None, "{}\nGood"), ("not-object", 400, None, "{}\n5"), ("blank", 400, None, "{}\n\n")]:
        refused(f"work-lines-{name}", code, field, result, text(lines), socket="work", sender="worker",
                schema="work.json#/$defs/result", lines=2, beyond_schema=True)
    opened = {"op": "open", "collector": "c", "host": "h", "pid": 1, "software": "s", "events": "tcp://h:1", "credit_bytes": 1}
    for name, code, field, schema, header in [
            ("op-unknown", 404, "op", None, {"op": "ready"}),
            ("open-events-missing", 400, "events", "open", {k: v for k, v in opened.items() if k != "events"}),
            ("open-bytes-zero", 400, "credit_bytes", "open", opened | {"credit_bytes": 0}),
            ("stored-text", 400, "deliveries", "stored", {"op": "stored", "deliveries": "31"}),
            ("rejected-error-missing", 400, "error", "rejected", {"op": "rejected", "delivery": 1}),
            ("answer-query-missing", 400, "query", "answer", {"op": "answer"})]:
        refused(f"collect-{name}", code, field, header, socket="collect", sender="collector",
                schema=schema and f"collect.json#/$defs/{schema}")


def dump(value):
    """A JSON value in a notation in which two readers agree exactly or differ."""
    if value is None or isinstance(value, bool):
        return str(value)[0]
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, list):
        return "[" + "".join(map(dump, value)) + "]"
    if isinstance(value, tuple):
        return "{" + "".join(dump(key) + dump(member) for key, member in value) + "}"
    try:
        number = float(value)
    except OverflowError:
        return "x"
    return "x" if math.isinf(number) else "d" + struct.pack(">d", number).hex()


def depth(value):
    if isinstance(value, tuple):
        return 1 + max((depth(member) for _, member in value), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def json_cases():
    """Texts with what Python's json makes of them, None for those it refuses (or we do: NaN, depth, lone surrogates)."""
    def refuse(constant):
        raise ValueError(constant)

    def verdict(data):
        try:
            value = json.loads(data.decode(), parse_constant=refuse, object_pairs_hook=tuple)
            return dump(value) if depth(value) <= 16 else None
        except (ValueError, UnicodeError):
            return None

    seeds = ['{"a":1,"b":[true,false,null],"c":{"d":"e"}}', '[1,-2.5,3e4,-0.0,1E-3,2.5e+10,0]', '"\\u00e9\\ud83d\\ude00\\n\\"/\\/"',
             ' [ { } , [ ] , "" ] ', '{"k":"\u00fc\u20ac\U0001f600","l":-17}', '[0.1,123456789012345678,1e22,1e23,5e-324,1e999]',
             '[1.7976931348623157e308,9007199254740993,0.30000000000000004,2.2250738585072014e-308]',
             '{"a":{"a":{"a":[[[[]]]]}}}', "[" * 16 + "]" * 16, "[" * 17 + "]" * 17, "true", "null", "-1", '""']
    random = Random(5760)
    alphabet = [bytes([byte]) for byte in b'{}[]",:\\u019eE+-. tfn/\n\t\0\x7f\xc3\xa9\xff\xed'] + [b"\\u00", b"\\ud800", b"null"]
    cases = {seed.encode(): verdict(seed.encode()) for seed in seeds}
    while len(cases) < 800:
        data = bytearray(random.choice(seeds).encode())
        for _ in range(random.choice([1, 1, 1, 2, 3])):
            place = random.randrange(len(data) + 1)
            data[place:place + random.choice([0, 1, 1, 2])] = random.choice(alphabet + [b""])
        value = verdict(bytes(data))
        if value is not None or list(cases.values()).count(None) < 400:
            cases[bytes(data)] = value
    return [{"hex": data.hex(), "value": value} for data, value in cases.items()]


def files():
    """Every file's text by its path below this folder."""
    for build in (submits, questions, replies, peers, events, malformed_headers, malformed_jobs, misfits, refused_elsewhere):
        build()
    result = {f"{name}.json": json.dumps(entry, indent=1, ensure_ascii=True) + "\n" for name, entry in vectors.items()}
    cases = ",\n".join(map(json.dumps, json_cases()))
    result["json.json"] = f"[\n{cases}\n]\n"
    result["index.json"] = json.dumps({"version": 1, "vectors": sorted(vectors)}, indent=1) + "\n"
    return result


def header_of(entry):
    frame = entry["frames"][entry.get("envelope", 0)]
    return frame["text"] if "text" in frame else bytes.fromhex(frame["hex"]).decode()


def check(result):
    """The files are current, good headers pass their schema, and a 400 is what the schema refuses."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    schemas = {path.name: json.loads(path.read_text()) for path in (HERE / "../schemas").glob("*.json")}
    registry = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in schemas.items())
    wrong = [name for name, content in result.items()
             if not (HERE / name).is_file() or (HERE / name).read_text() != content]
    wrong += [str(path) for path in HERE.rglob("*.json") if str(path.relative_to(HERE)) not in result]
    covered = set()
    for name, entry in vectors.items():
        if not entry["schema"] or entry.get("beyondSchema"):
            continue
        validator = Draft202012Validator({"$ref": entry["schema"]}, registry=registry)
        passes = validator.is_valid(json.loads(header_of(entry)))
        if passes == (entry.get("expect", {}).get("code") == 400):
            wrong.append(f"{name}: the schema {'accepts' if passes else 'refuses'} it")
        if passes:
            covered.add(entry["schema"])
    for name, schema in schemas.items():
        for branch in schema.get("anyOf", []):
            if name + branch["$ref"] not in covered:
                wrong.append(f"{name}{branch['$ref']}: no vector")
    return wrong


if __name__ == "__main__":
    contents = files()
    if "--check" in sys.argv:
        faults = check(contents)
        print("\n".join(faults) or f"{len(vectors)} vectors agree with the schemas")
        sys.exit(1 if faults else 0)
    for name, content in contents.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    print(f"{len(vectors)} vectors")
