#!/usr/bin/env python3
"""Writes the golden vectors of the wire, and checks them against the schemas.

    make.py            writes one file for each vector, and index.json
    make.py --check [HEADERS]
                       writes nothing: compares the files with what would be written, and validates (needs jsonschema);
                       also headers that somebody else wrote, one {"schema":...,"header":...} a line of a file

This is plain Python, apart from the Swift that reads and writes the wire, so that each checks the other. What a
vector's keys mean is said in frames.py.
"""
import json
import math
import struct
import sys
from pathlib import Path
from random import Random

import messages
import refusals
from frames import vectors

HERE = Path(__file__).parent


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
    return "x" if math.isinf(value) else "d" + struct.pack(">d", value).hex()


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
            value = json.loads(data.decode(), parse_int=float, parse_constant=refuse, object_pairs_hook=tuple)
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
    for build in messages.ALL + refusals.ALL:
        build()
    result = {f"{name}.json": json.dumps(entry, indent=1, ensure_ascii=True) + "\n" for name, entry in vectors.items()}
    cases = ",\n".join(map(json.dumps, json_cases()))
    result["json.json"] = f"[\n{cases}\n]\n"
    result["index.json"] = json.dumps({"version": 1, "vectors": sorted(vectors)}, indent=1) + "\n"
    return result


def header_of(entry):
    frame = entry["frames"][entry.get("envelope", 0)]
    return frame["text"] if "text" in frame else bytes.fromhex(frame["hex"]).decode()


def check(result, headers):
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
    for line in headers:
        one = json.loads(line)
        for error in Draft202012Validator({"$ref": one["schema"]}, registry=registry).iter_errors(one["header"]):
            wrong.append(f"{one['schema']} refuses {line.strip()}: {error.message}")
    for name, schema in schemas.items():
        for branch in schema.get("anyOf", []):
            if name + branch["$ref"] not in covered:
                wrong.append(f"{name}{branch['$ref']}: no vector")
    return wrong


if __name__ == "__main__":
    contents = files()
    if "--check" in sys.argv:
        headers = [line for path in sys.argv[2:] for line in Path(path).read_text().split("\n") if line]
        faults = check(contents, headers)
        print("\n".join(faults) or f"{len(vectors)} vectors and {len(headers)} other headers agree with the schemas")
        sys.exit(1 if faults else 0)
    for name, content in contents.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    print(f"{len(vectors)} vectors")
