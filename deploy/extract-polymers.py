#!/usr/bin/env python3
"""Cuts the project's polymer facts (polymers.json of the shared data) down to what Synthesis needs.

    deploy/extract-polymers.py SHARED/data/polymers.json > Sources/Synthesis/Resources/polymers.json

Numbers are copied as they are (aliphatic C 1s = 285.0 eV); the library adds 0.1 eV when it loads them.
Left out: instrument effects, SMARTS patterns, label variants, counts of groups and atoms per repeat unit.
One component per line, so that a changed energy shows as one changed line.
"""
import json
import sys

COMPONENT_KEYS = (
    "line", "kind", "environment", "binding_energy_eV", "atoms", "fwhm_eV", "gl_mix", "pseudo_cross_section",
    "h_per_carbon", "be_uncertainty_eV", "confidence", "source",
)
LINE_KEYS = ("element", "scofield_alka_rel_c1s", "spin_orbit_split_eV", "branching", "note")


def compact(value):
    return json.dumps(value, ensure_ascii=False)


def listing(items, indent):
    pad = " " * indent
    return "[\n" + ",\n".join(pad + "  " + compact(item) for item in items) + "\n" + pad + "]"


def mapping(items, indent):
    pad = " " * indent
    return "{\n" + ",\n".join(f"{pad}  {compact(k)}: {compact(v)}" for k, v in items.items()) + "\n" + pad + "}"


def polymer(entry):
    head = {
        "name": entry["name"], "abbreviation": entry["abbreviation"],
        "repeat_unit_smiles": entry["repeat_unit_smiles"], "formula": entry["formula"],
        "is_polymer": entry["is_polymer"], "label_vector": entry["label_vector"],
    }
    components = [{k: c[k] for k in COMPONENT_KEYS if c.get(k) is not None} for c in entry["components"]]
    fields = [f"    {compact(k)}: {compact(v)}" for k, v in head.items()]
    fields.append('    "components": ' + listing(components, 4))
    return "  {\n" + ",\n".join(fields) + "\n  }"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = json.load(file)
    meta = facts["meta"]
    lines = {n: {k: v[k] for k in LINE_KEYS if v.get(k) not in (None, "")} for n, v in facts["lines"].items()}
    parts = [
        '"title": ' + compact(meta["title"]),
        '"photon": ' + compact(meta["photon"]),
        '"reference": ' + compact(meta["reference"]),
        '"sources": ' + mapping(meta["sources"], 0),
        '"confidence_meaning": ' + mapping(meta["confidence_meaning"], 0),
        '"conventions": ' + mapping({k: facts["conventions"][k] for k in ("doublets", "gl_mix", "kinds")}, 0),
        '"functional_group_order": ' + compact(facts["functional_group_order"]),
        '"lines": ' + mapping(lines, 0),
        '"na_kll": ' + listing(facts["na_kll"], 0),
        '"shake_up": ' + mapping(facts["shake_up"], 0),
        '"polymers": [\n' + ",\n".join(polymer(p) for p in facts["polymers"]) + "\n]",
    ]
    print("{\n" + ",\n".join(parts) + "\n}")


main()
