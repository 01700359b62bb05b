"""A run of the collector in a Tiled catalogue: Bluesky's TiledWriter stores it, and xarray reads back what the store holds.

    python3 Tests/Interop/bluesky_tiled.py --corelevel .build/release/corelevel

Makes a virtual environment with Tiled from PyPI (1.2 GB, some three minutes) in --venv unless it is there already.
"""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--venv", default=str(pathlib.Path(__file__).resolve().parents[2] / ".venv-tiled"))
arguments.add_argument("--count", type=int, default=100)
arguments.add_argument("--worker", default="corelevel")
options = arguments.parse_args()

try:
    from bluesky_tiled_plugins import TiledWriter
    from tiled.catalog import in_memory
    from tiled.client import Context, from_context
    from tiled.server.app import build_app
except ImportError:
    python = pathlib.Path(options.venv) / "bin/python"
    if "CORELEVEL_TILED" in os.environ:
        raise
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", options.venv], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "tiled[all]", "bluesky", "bluesky-tiled-plugins", "pyzmq"], check=True)
    os.execve(python, [str(python), *sys.argv], {**os.environ, "CORELEVEL_TILED": "1"})

from bluesky_cluster import Cluster, Listener, Submitter

with tempfile.TemporaryDirectory(prefix="corelevel-tiled-") as folder:
    catalogue = in_memory(writable_storage=[f"file://localhost{folder}/data", f"duckdb:///{folder}/tables.duckdb"])
    with Context.from_app(build_app(catalogue)) as context:
        client = from_context(context)
        with Cluster(options.corelevel, "--bluesky", "tcp://127.0.0.1:0", worker=options.worker) as cluster:
            listener = Listener(cluster.bluesky)
            Submitter(cluster.broker).submit("tiled", range(1, options.count + 1), expected=options.count, rate=50)
            documents = listener.wait_for_stops(seconds=120)
            assert not listener.errors, listener.errors
            rows = {row["job"]: row for row in cluster.results("tiled")}
        # Tiled's client asks a server in this process: on this thread, not on the dispatcher's.
        writer = TiledWriter(client)
        for name, document in documents:
            writer(name, document)
        start = next(document for name, document in documents if name == "start")
        run = client[start["uid"]]
        table = run["primary"].read()
        assert len(table["seq"]) == options.count, table
        compared = 0
        for place, job in enumerate(table["job"].values.tolist()):
            for key, value in rows[job].items():
                if key in table and isinstance(value, (int, float)):
                    assert math.isclose(float(table[key].values[place]), value, rel_tol=1e-12), (job, key)
                    compared += 1
        progress = run["progress"].read()
        print(json.dumps({"spectra": options.count, "compared": compared, "columns": len(table.data_vars),
                          "progress": int(progress["analysed"].values[-1]), "stop": run.metadata["stop"]["exit_status"]}))
        assert compared >= options.count and int(progress["analysed"].values[-1]) == options.count
sys.stdout.flush()
os._exit(0)
