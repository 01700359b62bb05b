"""Vectors of messages that must be refused."""
import json

from frames import FIVE, REGION, array, axis, job, raw, refused, region, text


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
        refused(f"header-{name}", 400, None, header, FIVE, beyond_schema=True)
    refused("header-empty-req", 400, None, raw(b""), envelope=[raw(b"")], echo={}, beyond_schema=True)
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
    refused("dtype-of-transmission", 415, "regions[0].transmission", job(region(transmission=">f4")), FIVE, FIVE,
            echo=known)
    refused("dtype-of-axis", 415, "regions[0].axis.dtype", job(region(axis=axis(dtype=">f8"))), FIVE, FIVE, echo=known)
    refused("regions-too-many", 413, "regions", job(*[REGION] * 65), *[FIVE] * 65, echo=known)
    refused("frames-too-many", 413, "regions", job(), *[FIVE] * 193, echo=known)
    refused("job-too-large", 413, "regions", job(region(dtype="|u1", shape=[8388608])), raw(b"\x01", 8388608), echo=known)
    refused("class-other", 422, "class", job(**{"class": "urgent"}), FIVE, echo=known)
    refused("ttl-of-complete", 422, "ttl_ms", job(ttl_ms=2000), FIVE, echo=known)
    for name, ttl_ms in [("zero", 0), ("large", 3_600_001), ("text", "2s")]:
        refused(f"ttl-{name}", 400, "ttl_ms", job(**{"class": "live", "ttl_ms": ttl_ms}), FIVE, echo=known)


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
            ("frame-of-transmission-missing", "regions", job(region(transmission="<f4")), FIVE),
            ("frame-of-transmission-short", "regions[0].transmission", job(region(transmission="<f4")), FIVE,
             array("f", 1, 1, 1, 1)),
            ("transmission-zero", "regions[0].transmission", job(region(transmission="<f4")), FIVE,
             array("f", 1, 1, 0, 1, 1)),
            ("transmission-nan", "regions[0].transmission", job(region(transmission="<f4")), FIVE,
             array("f", 1, 1, nan, 1, 1)),
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


ALL = (malformed_headers, malformed_jobs, misfits, refused_elsewhere)
