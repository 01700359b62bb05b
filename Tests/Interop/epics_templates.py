"""The record templates load with two sets of macros, the example of substitutions too, and the screen finds its records.

    epics_templates.py

Needs pvxslibs, pyepics and p4p from PyPI. Ends with 0 and one JSON line of what was looked at.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree

try:
    from epics_ioc import TEMPLATES, SoftIOC, databases, environment, wait
    import pvxslibs  # noqa: F401
    os.environ.update(environment())
    import epics
    import p4p.client.thread
except ImportError as error:
    print(f"skipped: pip install pvxslibs pyepics p4p ({error})", file=sys.stderr)
    sys.exit(77)


def substitutions(file):
    """What an IOC's dbLoadTemplate makes of a file: (template, macros) pairs."""
    text = re.sub(r"#.*", "", file.read_text())
    loads = []
    for template, body in re.findall(r'file\s+"([^"]+)"\s*\{(.*?\n)\}', text, re.S):
        pattern, rows = re.match(r"\s*pattern\s*\{([^}]*)\}(.*)", body, re.S).groups()
        names = [name.strip() for name in pattern.split(",")]
        for row in re.findall(r"\{([^}]*)\}", rows):
            values = re.findall(r'"([^"]*)"', row)
            assert len(values) == len(names), f"{file.name}: {row} has not the values of {names}"
            loads.append((template, ",".join(f"{name}={value}" for name, value in zip(names, values))))
    return loads


def screen_names(macros):
    """The variables of the Phoebus screen."""
    tree = xml.etree.ElementTree.parse(TEMPLATES / "corelevel.bob")
    names = set()
    for element in tree.iter():
        if element.tag in ("pv_name", "x_pv", "y_pv"):
            name = element.text
            for key, value in macros.items():
                name = name.replace(f"$({key})", value)
            assert "$(" not in name, f"{element.text} has a macro that is not set"
            names.add(name)
    return names


example = substitutions(TEMPLATES / "corelevel.substitutions")
sets = [
    (databases("P=BL00:,R=XPS:"), {"P": "BL00:", "R": "XPS:", "S": "C1s"}),
    (databases(
        "P=MAX-IV:,R=B318A:", regions=("Survey",), groups=("Amide",),
        extra=",SHIFT_HIGH=0.5,SHIFT_HIHI=2,FAMILIARITY_LOW=0.2,RATE_LOW=1,RATE_SEVERITY=MINOR,ALIVE_SEVERITY=MINOR"),
     {"P": "MAX-IV:", "R": "B318A:", "S": "Survey"}),
    ([argument for template, macros in example for argument in ("-m", macros, "-d", str(TEMPLATES / template))],
     {"P": "BL00:", "R": "XPS:", "S": "O1s"}),
]
looked = []
for number, (arguments, macros) in enumerate(sets):
    # An IOC that does not load a template ends, with its reasons, which SoftIOC prints.
    ioc = SoftIOC(arguments)
    try:
        names = screen_names(macros)
        for name in sorted(names):
            channel = epics.PV(name)
            wait(lambda: channel.connected, 20, f"{name} of the screen is a record")
            channel.disconnect()
        with p4p.client.thread.Context("pva") as pva:
            prefix = macros["P"] + macros["R"]
            groups = {group: pva.get(prefix + group, timeout=10) for group in ("Status", "Result", f"Region:{macros['S']}")}
        assert {"done", "total", "progress", "state", "run", "time"} <= set(groups["Status"].todict())
        assert {"shift", "groups_present", "group_probabilities", "time"} <= set(groups["Result"].todict())
        looked.append({"set": number, "records_of_screen": len(names), "groups": sorted(groups)})
    finally:
        ioc.stop()
print(json.dumps({"loaded": looked}))
os._exit(0)
