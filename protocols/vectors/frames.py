"""What vectors are made of.

A vector is `socket`, `from`, and `frames`, each {"text": UTF-8, "spaces": so many appended} or {"hex": bytes, "repeat":
times}. The header is the frame at `envelope` (0 if absent; on events that is the topic). `schema` is what describes the
header. With `expect` the message must be refused with that `code` and `field`, and the refusal carries `echo`; without,
it must be read, and written again from what was read it must be the same JSON where `canonical`. `spectra`, `floats`,
`axes` and `transmissions` (for each region) are what a job's frames hold; `lines` is how many result lines a worker owes.
"""
import json
import struct

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
    """`header` is an object, a text, or a frame."""
    head = [header if isinstance(header, dict) and ("hex" in header or "text" in header) else text(header)]
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
