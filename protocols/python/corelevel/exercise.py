"""The exercise of section 11 of the specification, as `corelevel conform client` tests it.

    corelevel conform client -- python3 -m corelevel.exercise [--asyncio]
"""
from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any, List

import numpy

from . import Client, Job, Refused, Region, Result, aio


def jobs(run: str, count: int) -> List[Job]:
    """Spectra of one region, each with its number for a key."""
    energies = numpy.arange(278.0, 298.05, 0.1)
    random = numpy.random.default_rng(17)
    return [Job(run, [Region("C 1s", random.poisson(100, energies.size).astype("<f4"), energies)], seq=seq)
            for seq in range(1, count + 1)]


def report(job: str, outcome: Any) -> bool:
    """Prints what became of a job; whether it is stored."""
    if isinstance(outcome, Result):
        print(json.dumps({"job": job, "state": "stored", "rows": outcome.rows}))
        return True
    line = {"job": job, "code": outcome.code, "error": str(outcome)}
    if hasattr(outcome, "state"):
        line["state"] = outcome.state
    print(json.dumps(line))
    return False


def exercise(broker: str, run: str, count: int, timeout_s: float) -> bool:
    """With the plain client."""
    good = True
    with Client(broker, timeout_s=timeout_s) as client:
        client.hello()
        outcomes = {job.job: outcome for job, outcome in client.submit_all(jobs(run, count))}
        client.close_run(run, count)
        for job, outcome in outcomes.items():
            try:
                good &= report(job, outcome if isinstance(outcome, Refused) else client.result(run, job))
            except Refused as error:
                good &= report(job, error)
    return good


async def exercise_async(broker: str, run: str, count: int, timeout_s: float) -> bool:
    """With the client for asyncio."""
    async with aio.Client(broker, timeout_s=timeout_s) as client:
        async def one(job: Job) -> Any:
            try:
                await client.submit(job)
            except Refused as error:
                return error

        all_jobs = jobs(run, count)
        refusals = await asyncio.gather(*map(one, all_jobs))
        await client.close_run(run, count)

        async def other(job: Job, refusal: Any) -> bool:
            try:
                return report(job.job, refusal or await client.result(run, job.job))
            except Refused as error:
                return report(job.job, error)

        return all(await asyncio.gather(*map(other, all_jobs, refusals)))


def main() -> int:
    """0 if every job is stored, else 65."""
    arguments = (os.environ["CORELEVEL_BROKER"], os.environ["CORELEVEL_RUN"], int(os.environ.get("CORELEVEL_JOBS", "6")),
                 int(os.environ.get("CORELEVEL_TIMEOUT_MS", "5000")) / 1000)
    good = asyncio.run(exercise_async(*arguments)) if "--asyncio" in sys.argv else exercise(*arguments)
    return 0 if good else 65


if __name__ == "__main__":
    sys.exit(main())
