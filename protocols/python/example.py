#!/usr/bin/env python3
"""The package's example: a run of synthetic C 1s spectra, results as they come.

    python example.py --broker tcp://127.0.0.1:5760 --count 50 [--live]
"""
import argparse
import time

import numpy

import corelevel

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
options.add_argument("--run", default=f"python-{int(time.time())}")
options.add_argument("--count", type=int, default=50)
options.add_argument("--live", action="store_true", help="ask for freshness: old results may be dropped")
options = options.parse_args()

energies = numpy.arange(278.0, 298.05, 0.1)
random = numpy.random.default_rng(1)
with corelevel.Client(options.broker) as client:
    events = client.events(options.run)
    with client.run(options.run, expected=options.count) as run:
        for step in range(options.count):
            centre = 285.1 + step / options.count
            counts = random.poisson(50 + 2000 * numpy.exp(-(((energies - centre) / 0.7) ** 2))).astype("<f4")
            run.submit(corelevel.Region("C 1s", counts, energies, photon_energy_eV=1486.6), live=options.live, ttl_ms=2000
                       if options.live else None)
    for event in events:
        if event.kind == "result":
            print(event.body["seq"], "shift", event.body["row"].get("shift_eV"), "eV")
        elif event.kind == "progress" and event.body["state"] == "done":
            print({key: event.body[key] for key in ("acquired", "analysed", "failed", "expired")})
            break
    events.close()
