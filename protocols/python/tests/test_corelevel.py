"""The parts of the client that need no broker; `corelevel conform client` tests the rest."""
import json

import numpy
import pytest

from corelevel import Job, Region
from corelevel.engine import Engine
from corelevel.events import read_event, topic_prefix
from corelevel.window import Window


def job(seq):
    return Job("run", [Region("C 1s", [1.0, 2.0, 3.0], (280.0, 0.1))], seq=seq)


def test_arrays_of_any_kind_become_what_the_wire_takes():
    for dtype, expected in [(">f4", "<f4"), ("float64", "<f8"), (">i2", "<i2"), ("float16", "<f4"), ("uint8", "|u1")]:
        header, frames = Region("C 1s", numpy.arange(4, dtype=dtype), (280, 0.1)).encode()
        assert header["dtype"] == expected and frames[0].dtype.str == expected
        assert numpy.frombuffer(frames[0].tobytes(), expected).tolist() == [0, 1, 2, 3]
    strided = numpy.arange(12, dtype="<f4").reshape(3, 4)[:, ::2]
    header, frames = Region("C 1s", strided, (280, 0.1)).encode()
    assert header["shape"] == [3, 2] and frames[0].tobytes() == strided.copy().tobytes()
    with pytest.raises(TypeError):
        Region("C 1s", ["a", "b"], (280, 0.1)).encode()


def test_a_setting_that_the_wire_does_not_know_is_refused():
    header, _ = Region("C 1s", [1.0, 2.0, 3.0], (280, 0.1), photon_energy_eV=1486.6).encode()
    assert header["photon_energy_eV"] == 1486.6
    with pytest.raises(TypeError, match="photon_energy_eV"):
        Region("C 1s", [1.0, 2.0, 3.0], (280, 0.1), photon_energy=1486.6)


def test_a_transmission_has_a_frame_behind_the_energies():
    header, frames = Region("C 1s", numpy.zeros(3, "<f4"), [1.0, 2.0, 4.0], transmission=[0.5, 1, 2]).encode()
    assert header["transmission"] == "<f8" and [frame.tolist() for frame in frames[1:]] == [[1, 2, 4], [0.5, 1, 2]]
    with pytest.raises(ValueError, match="transmission"):
        Region("C 1s", numpy.zeros(3, "<f4"), (280, 0.1), transmission=[1, 1]).encode()


def test_a_uniform_axis_needs_no_frame():
    energies = numpy.linspace(298, 278, 201)
    header, frames = Region("C 1s", numpy.zeros(201, "<f4"), energies).encode()
    assert len(frames) == 1 and header["axis"]["start"] == 298 and abs(header["axis"]["step"] + 0.1) < 1e-12
    header, frames = Region("C 1s", numpy.zeros(3, "<f4"), [1.0, 2.0, 4.0]).encode()
    assert header["axis"]["dtype"] == "<f8" and frames[1].tolist() == [1, 2, 4]
    with pytest.raises(ValueError):
        Region("C 1s", numpy.zeros(3, "<f4"), [1.0, 2.0]).encode()


def test_a_job_is_the_same_bytes_each_time_and_has_a_key():
    one = Job("run", [Region("C 1s", [1.0, 2.0], (1.0, 2.0))], live=True, ttl_ms=500)
    header = json.loads(one.frames[0])
    assert header["job"] == one.job and header["class"] == "live" and header["ttl_ms"] == 500
    assert json.loads(job(7).frames[0])["job"] == "7"


def test_the_window_holds_back_and_lets_go():
    window = Window(timeout_s=1.0)
    for seq in range(1, 6):
        window.add(job(seq), seq)
    window.credit = 2
    assert [window.next(0.0).job, window.next(0.0).job, window.next(0.0)] == ["1", "2", None]
    assert window.answered({"run": "run", "job": "2", "code": 202, "credit": 2}, 0.1).handle == 2
    assert window.next(0.1).job == "3"
    assert window.answered({"run": "run", "job": "1", "code": 429, "retry": True, "retry_after_ms": 500}, 0.2) is None
    assert window.next(0.6) is None and window.next(0.71).job == "1"
    # An answer that is late beyond trust: everything unanswered goes again, the oldest first.
    assert not window.overdue(1.0) and window.overdue(1.2)
    window.restart()
    assert [window.next(2.0).job, window.next(2.0).job] == ["3", "1"]
    assert window.answered({"run": "run", "job": "99", "code": 202}, 2.0) is None


def test_garbage_and_foreign_answers_finish_nothing():
    engine = Engine(1.0, 8)
    number = engine.ask({"op": "hello"}, "asked")
    assert engine.outgoing(0.0)[1] == number
    for frames in [[b"{"], [b"[]"], [b""], [b"{}"], [b'{"code":200,"id":99}'], [b"\xff\xfe"]]:
        assert engine.incoming(frames, 0.1) is None
    assert engine.incoming([b"", b'{"code":200,"id":%d}' % number, b"body"], 0.2) == ("asked", {"code": 200, "id": number},
                                                                                    [b"body"])
    assert engine.is_idle


def test_topics_are_written_as_the_collector_writes_them():
    assert topic_prefix("a b/é%") == b"run/a%20b%2F%C3%A9%25/"
    event = read_event(b"run/r/progress/", b'{"v":1,"n":3,"run":"r"}')
    assert (event.kind, event.run, event.n) == ("progress", "r", 3)
    assert read_event(b"run/r/progress/", b"{") is None
