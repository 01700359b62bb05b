"""A soft IOC from PyPI (pvxslibs) with the templates of deploy/epics, on ports of its own, for the tests beside this file."""
import os
import pathlib
import socket
import subprocess
import sys
import time

TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "epics"


def free_port():
    """A port that nothing has now, neither by TCP nor by UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return tcp.getsockname()[1]


def environment():
    """Loopback only, on ports of its own, for IOC and clients alike."""
    ca, repeater, pva, broadcast = (str(free_port()) for _ in range(4))
    here = "127.0.0.1"
    return {
        "EPICS_CA_ADDR_LIST": here, "EPICS_CA_AUTO_ADDR_LIST": "NO", "EPICS_CA_SERVER_PORT": ca,
        "EPICS_CA_REPEATER_PORT": repeater, "EPICS_CAS_INTF_ADDR_LIST": here, "EPICS_CAS_BEACON_ADDR_LIST": here,
        "EPICS_CAS_AUTO_BEACON_ADDR_LIST": "NO", "EPICS_PVA_ADDR_LIST": here, "EPICS_PVA_AUTO_ADDR_LIST": "NO",
        "EPICS_PVA_SERVER_PORT": pva, "EPICS_PVA_BROADCAST_PORT": broadcast, "EPICS_PVAS_INTF_ADDR_LIST": here,
        "EPICS_PVAS_BEACON_ADDR_LIST": here, "EPICS_PVAS_AUTO_BEACON_ADDR_LIST": "NO",
        "EPICS_PVAS_SERVER_PORT": pva, "EPICS_PVAS_BROADCAST_PORT": broadcast,
    }


def library_folder():
    """Where pip has put EPICS's libca."""
    import epicscorelibs.path
    return epicscorelibs.path.lib_path


def databases(macros, regions=("C1s", "O1s"), groups=("EsterAromatic", "BenzeneRing", "AlkylHalideF"), extra=""):
    """The arguments that load run, regions and groups."""
    loads = [("corelevel.template", macros + extra)]
    loads += [("region.template", f"{macros},S={region}") for region in regions]
    loads += [("group.template", f"{macros},G={group}") for group in groups]
    return [argument for file, text in loads for argument in ("-m", text, "-d", str(TEMPLATES / file))]


class SoftIOC:
    """One IOC process; it runs until stopped, by its process number."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.start()

    def start(self):
        # It is interactive, and ends with its standard input.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pvxslibs.ioc", *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            if "IOC Running" in line:
                # Nothing more is read: what it may still say must not fill the pipe.
                import threading
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return
        raise SystemExit("the IOC did not start:\n" + "".join(lines))

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()


def wait(condition, seconds, what):
    """Waits until something holds, and fails with words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise SystemExit(f"after {seconds} s still not: {what}")
