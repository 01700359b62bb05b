#!/usr/bin/env python3
"""A Bluesky plan that acts on results: it measures until a group appears or the charge drifts, and then does something.

    measure_until.py --events tcp://127.0.0.1:5764 --group "ester (aromatic)"
    measure_until.py --records BL00:XPS: --drift 0.5

As it stands it moves a simulated motor and takes nothing: put your own `acquire` and `then` in their places.
"""
import argparse

import bluesky.plan_stubs as bps
import bluesky.preprocessors as bpp

from corelevel_watch import SEPARATOR, EventsWatch, RecordsWatch


def measure_until(watch, acquire, then, *, group=None, drift_eV=None, most=100_000, md=None):
    """Repeats the plan `acquire()` until the watched analysis has seen `group` or its shift has drifted by `drift_eV`.

    Then the plan `then(reason)` runs, inside the same run; the reason is returned, None if nothing happened.
    """

    def reason_to_act():
        if group is not None:
            seen = yield from bps.rd(watch.groups_seen)
            if group in seen.split(SEPARATOR):
                return f"{group} appeared"
        if drift_eV is not None:
            drift = yield from bps.rd(watch.drift)
            if abs(drift) >= drift_eV:
                return f"the shift drifted by {drift:+.3f} eV"
        return None

    until = {"until_group": group, "until_drift_eV": drift_eV}
    until = {key: value for key, value in until.items() if value is not None}

    @bpp.stage_decorator([watch])
    @bpp.run_decorator(md={"plan_name": "measure_until", **until, **(md or {})})
    def inner():
        for _ in range(most):
            yield from acquire()
            reason = yield from reason_to_act()
            if reason is not None:
                yield from then(reason)
            yield from bps.create("primary")
            yield from bps.read(watch)
            yield from bps.save()
            if reason is not None:
                return reason
        return None

    return (yield from inner())


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    source = arguments.add_mutually_exclusive_group(required=True)
    source.add_argument("--events", help="the collector's events, for example tcp://127.0.0.1:5764")
    source.add_argument("--records", help="prefix of the records, for example BL00:XPS:")
    arguments.add_argument("--run", help="one run; else whichever is told of")
    arguments.add_argument("--group", help="act when this group appears")
    arguments.add_argument("--drift", type=float, help="act when the shift has drifted by so many eV")
    options = arguments.parse_args()
    if options.group is None and options.drift is None:
        arguments.error("say --group or --drift")

    from bluesky import RunEngine
    from ophyd.sim import motor

    watch = (EventsWatch(options.events, run=options.run, name="corelevel") if options.events
             else RecordsWatch(options.records, run=options.run, name="corelevel"))
    if options.records:
        watch.wait_for_connection(timeout=10)

    def acquire():
        # Your analyser: yield from bps.trigger_and_read([analyser], name="spectra")
        yield from bps.sleep(0.05)

    def then(reason):
        # Your reaction: close a valve, move on, stop by returning.
        print(reason)
        yield from bps.mv(motor, motor.position + 1)

    engine = RunEngine()
    engine(measure_until(watch, acquire, then, group=options.group, drift_eV=options.drift))


if __name__ == "__main__":
    main()
