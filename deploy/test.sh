#!/usr/bin/env bash
# Passes all tests: the Swift ones, and those with peers in other languages (pyzmq, bluesky, an EPICS IOC, file readers,
# onnxruntime; a C and a Java client) in a virtual environment of its own. Arguments go to "swift test" (--filter ...).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/prepare.sh"
prepare python3-venv libhdf5-103-1 gcc make default-jdk-headless

peers=(pyzmq numpy vamas jsonschema onnx onnxruntime igor2 h5py bluesky event-model msgpack ophyd pyepics p4p pvxslibs
    pytest)
imports='import zmq, numpy, vamas, jsonschema, onnxruntime, igor2, h5py, bluesky, event_model, msgpack, ophyd, epics, p4p,
pvxslibs, pytest'
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c "${imports//$'\n'/ }" 2>/dev/null; then
    echo "Making .venv with the peers from PyPI ..." >&2
    python3 -m venv .venv
    .venv/bin/pip install -q --disable-pip-version-check "${peers[@]}" >&2
fi
export CORELEVEL_PYTHON="$PWD/.venv/bin/python"

echo "Checking the format ..." >&2
swift format lint --strict --recursive --parallel Package.swift Sources Tests

# Tests use public doors only: without testable imports, product and tests share one build.
swift build "${swift_flags[@]}" --product corelevel
export CORELEVEL_EXECUTABLE="$(swift build "${swift_flags[@]}" --show-bin-path)/corelevel"
exec swift test "${swift_flags[@]}" --disable-testable-imports "$@"
