"""A client of CoreLevel: spectra in, functional groups and charge shifts out.

    import numpy, corelevel

    with corelevel.Client("tcp://127.0.0.1:5760") as client:
        with client.run("scan-42", expected=len(spectra)) as run:
            for energies, counts in spectra:
                run.submit(corelevel.Region("C 1s", counts, energies, photon_energy_eV=1486.6))
            for result in run.results():
                print(result.job, result.rows[0]["shift_eV"])

`corelevel.aio.Client` is the same for asyncio. Nothing that was submitted is lost or counted twice: jobs have keys, and
what is not acknowledged is sent again with the same bytes, over restarts of the broker too.
"""
from .client import Client, Run
from .errors import CoreLevelError, NoResult, Refused, Unreachable
from .events import Events
from .model import Event, Job, Receipt, Region, Result

__all__ = ["Client", "CoreLevelError", "Event", "Events", "Job", "NoResult", "Receipt", "Refused", "Region", "Result",
           "Run", "Unreachable"]
