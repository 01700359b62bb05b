"""What is sent and what comes back."""
from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Sequence, Union

import numpy
from numpy.typing import ArrayLike

_SETTINGS = {"photon_energy_eV", "work_function_eV", "pass_energy_eV", "dwell_s", "sweeps", "transmission_corrected"}
_DTYPES = {"<f4", "<f8", "<i2", "<i4", "<i8", "<u2", "<u4", "<u8", "|i1", "|u1"}


def _wire_array(values: ArrayLike, what: str) -> numpy.ndarray:
    """Contiguous and little-endian, as the wire wants it; of another type only if no value changes."""
    array = numpy.asarray(values)
    if array.dtype.kind in "fiu" and array.dtype.itemsize <= 8:
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    if array.dtype.str not in _DTYPES:
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{what} must be numbers, not {array.dtype}")
        array = array.astype("<f4" if array.dtype.itemsize < 4 else "<f8")
    return numpy.ascontiguousarray(array)


@dataclass
class Region:
    """One region of a spectrum, or of a stack: `counts` has the shape [points] or [n, points].

    `energies` is one energy for each point, in eV, or a pair (start, step). Other keywords are the keys of the
    specification: `photon_energy_eV`, `work_function_eV`, `pass_energy_eV`, `dwell_s`, `sweeps`,
    `transmission_corrected`. `transmission` is the analyser's at each point, of counts as they were measured.
    """

    name: str
    counts: ArrayLike
    energies: Union[ArrayLike, tuple[float, float]]
    kind: str = "binding"
    ordinate: str = "counts"
    transmission: Optional[ArrayLike] = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, name: str, counts: ArrayLike, energies: Union[ArrayLike, tuple[float, float]], *,
                 kind: str = "binding", ordinate: str = "counts", transmission: Optional[ArrayLike] = None,
                 **settings: Any):
        unknown = sorted(settings.keys() - _SETTINGS)
        if unknown:
            raise TypeError(f"{name} has no setting {unknown[0]!r}: there are {', '.join(sorted(_SETTINGS))}")
        self.name, self.counts, self.energies = name, counts, energies
        self.kind, self.ordinate, self.transmission, self.settings = kind, ordinate, transmission, settings

    def encode(self) -> tuple[dict[str, Any], list[numpy.ndarray]]:
        """The region's header and its frames."""
        array = _wire_array(self.counts, f"the counts of {self.name}")
        if array.ndim not in (1, 2):
            raise ValueError(f"the counts of {self.name} must have one or two dimensions, not {array.ndim}")
        points = array.shape[-1]
        axis: dict[str, Any] = {"kind": self.kind, "unit": "eV"}
        frames = [array]
        if isinstance(self.energies, tuple) and len(self.energies) == 2 and points != 2:
            axis["start"], axis["step"] = map(float, self.energies)
        else:
            energies = _wire_array(self.energies, f"the energies of {self.name}")
            if energies.shape != (points,):
                raise ValueError(f"{self.name} has {points} points and {energies.size} energies")
            steps = numpy.diff(energies.astype(float))
            if points > 2 and steps[0] != 0 and numpy.allclose(steps, steps[0], rtol=1e-6, atol=1e-9):
                axis["start"], axis["step"] = float(energies[0]), float((energies[-1] - energies[0]) / (points - 1))
            else:
                axis["dtype"] = energies.dtype.str
                frames.append(energies)
        header = {"name": self.name, "dtype": array.dtype.str, "shape": list(array.shape), "axis": axis,
                  "ordinate": self.ordinate, **self.settings}
        if self.transmission is not None:
            transmission = _wire_array(self.transmission, f"the transmission of {self.name}")
            if transmission.shape != (points,):
                raise ValueError(f"{self.name} has {points} points and {transmission.size} values of transmission")
            header["transmission"] = transmission.dtype.str
            frames.append(transmission)
        return header, frames


class Job:
    """A job as it is sent, each time the same bytes, so that the broker knows it again."""

    def __init__(self, run: str, regions: Sequence[Region], *, job: Optional[str] = None, seq: Optional[int] = None,
                 expected: Optional[int] = None, meta: Optional[Mapping[str, Any]] = None,
                 live: bool = False, ttl_ms: Optional[int] = None):
        header: dict[str, Any] = {"v": 1, "op": "submit", "run": run}
        self.run, self.seq = run, seq
        self.job = job if job is not None else str(seq) if seq is not None else str(uuid.uuid4())
        header["job"] = self.job
        encoded = [region.encode() for region in regions]
        optional = {"seq": seq, "expected": expected, "meta": dict(meta) if meta else None,
                    "class": "live" if live else None, "ttl_ms": ttl_ms}
        header.update((key, value) for key, value in optional.items() if value is not None)
        header["regions"] = [region for region, _ in encoded]
        self.frames = [json.dumps(header, allow_nan=False, separators=(",", ":")).encode(),
                       *(frame.tobytes() for _, frames in encoded for frame in frames)]


@dataclass(frozen=True)
class Receipt:
    """The broker has a job. `durable` is `fsync`, or `memory` for a live one; `duplicate`: it had it before."""

    run: str
    job: str
    seq: Optional[int]
    state: str
    durable: str
    duplicate: bool


@dataclass(frozen=True)
class Result:
    """The rows of a stored job, one for each spectrum of its stack, as the worker wrote them."""

    run: str
    job: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Event:
    """Something that the collector published: `kind` is progress, result, dead, ingest or cluster."""

    kind: str
    run: Optional[str]
    n: int
    body: dict[str, Any]
