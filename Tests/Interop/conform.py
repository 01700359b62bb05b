#!/usr/bin/env python3
"""The conformance suite on the clients and workers of this repository, and on broken ones.

    conform.py --corelevel PATH swift|python|asyncio|c|java|worker|python-worker|broken|python-units

Ends with 0 if the implementation passes every case (`broken`: if each broken one fails in the case of the rule that it
breaks, and the sound one they were made from passes), with 77 if a compiler or a library is missing here.
`python-units` are the Python package's own tests.
"""
import argparse
import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MISSING = 77


def suite(corelevel, kind, command, cases=()):
    """The verdicts by case; ends the program if the suite could not be played."""
    arguments = [corelevel, "conform", kind, "--json"]
    for case in cases:
        arguments += ["--case", case]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "protocols/python"), "PYTHONDONTWRITEBYTECODE": "1"}
    outcome = subprocess.run([*arguments, "--", *command], capture_output=True, text=True, timeout=400, env=environment)
    if outcome.returncode not in (0, 76):
        sys.exit(f"conform {kind} ended with {outcome.returncode}: {outcome.stderr}")
    return {line["case"]: line for line in map(json.loads, outcome.stdout.splitlines())}


def judge(verdicts):
    """Says what failed; whether nothing did."""
    for verdict in verdicts.values():
        if not verdict["passed"]:
            print(f"{verdict['case']} {verdict['title']} [{verdict['rule']}]: {'; '.join(verdict['violations'])}")
    return bool(verdicts) and all(verdict["passed"] for verdict in verdicts.values())


def make(folder, target, tool):
    """Builds a client out of the tree; None, said why, if it cannot be built here."""
    if not all(map(shutil.which, ["make", tool])):
        return print(f"{tool} or make is missing", file=sys.stderr)
    outcome = subprocess.run(["make", "-s", "-C", ROOT / "protocols" / folder, f"OUT={target}"], capture_output=True,
                             text=True)
    if outcome.returncode == 0:
        return Path(target)
    if "zmq.h" in outcome.stderr:
        return print("zmq.h is missing", file=sys.stderr)
    sys.exit(outcome.stderr)


def breaks(script):
    """What a script can break: rule by name, with the case that must notice."""
    names = {node.targets[0].id: node.value for node in ast.parse(script.read_text()).body if isinstance(node, ast.Assign)
             and isinstance(node.targets[0], ast.Name)}
    return ast.literal_eval(names["BREAKS"])


def broken(corelevel):
    """Each rule that is broken must be noticed, and by the case that is named after it."""
    good = True
    for kind, arguments in [("client", []), ("worker", ["{broker}"])]:
        script = HERE / "broken" / f"{kind}.py"
        rules = breaks(script)
        sound = suite(corelevel, kind, [sys.executable, str(script), *arguments],
                      sorted({case for case, _ in rules.values()}))
        good &= judge(sound)
        for rule, (case, text) in rules.items():
            verdict = suite(corelevel, kind, [sys.executable, str(script), *arguments, rule], [case])[case]
            print(f"{kind} {rule} ({text}): {'; '.join(verdict['violations']) or 'NOT NOTICED'}")
            good &= not verdict["passed"]
    return good


def units():
    """The tests of the Python package."""
    if importlib.util.find_spec("pytest") is None:
        print("pytest is missing", file=sys.stderr)
        return MISSING
    folder = ROOT / "protocols/python"
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder / "tests"],
                          env=environment).returncode


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corelevel", required=True)
    options.add_argument("implementation")
    options = options.parse_args()
    corelevel, python = options.corelevel, sys.executable
    with tempfile.TemporaryDirectory() as folder:
        if options.implementation == "python-units":
            return units()
        if options.implementation == "broken":
            return 0 if broken(corelevel) else 1
        if options.implementation == "c":
            built = make("c", folder, "cc")
            if built is None:
                return MISSING
            subprocess.run([built / "json_test"], check=True, stdout=subprocess.DEVNULL)
            command = [str(built / "exercise")]
        elif options.implementation == "java":
            built = make("java", folder, "javac")
            if built is None:
                return MISSING
            command = ["java", "-XX:TieredStopAtLevel=1", "-jar", str(built / "corelevel.jar")]
        else:
            command = {
                "swift": [corelevel, "conform", "exercise"],
                "python": [python, "-m", "corelevel.exercise"],
                "asyncio": [python, "-m", "corelevel.exercise", "--asyncio"],
                "worker": [corelevel, "worker", "--broker", "{broker}"],
                "python-worker": [python, str(ROOT / "protocols/python/worker.py"), "--broker", "{broker}"],
            }[options.implementation]
        kind = "worker" if "worker" in options.implementation else "client"
        return 0 if judge(suite(corelevel, kind, command)) else 1


if __name__ == "__main__":
    sys.exit(main())
