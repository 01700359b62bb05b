"""Compares what onnxruntime makes of an exported model with what CoreLevel itself answers.

Usage: onnx_compare.py MODEL.onnx ANSWERS.safetensors

The answers hold the model's inputs (`spectra` [n, 6601], or those of a network on core-level windows) and what
CoreLevel made of them: one tensor for each input and output of the model, by its name. Batches of several sizes are
run, since a batch's size is free. Exits 1 and names the first output that differs by more than the tolerance, or what
is wrong with the file.
"""

import json
import struct
import sys

import numpy as np
import onnxruntime

# Single precision summed in another order, of outputs up to one or as a share of the largest: trained layers that unmix
# near-identical constituents amplify rounding to some 3e-4.
TOLERANCE = 1e-3
BATCHES = (1, 7, 64)


def tensors(path):
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    data = content[8 + length :]
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"])
        for name, entry in header.items()
    }


def check(path):
    """The file keeps to the format, as far as the reference implementation knows; it may be absent."""
    try:
        import onnx
    except ImportError:
        return
    onnx.checker.check_model(onnx.load(path), full_check=True)


def main():
    model, answers = sys.argv[1:]
    check(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    ours = tensors(answers)
    inputs = {given.name: ours.pop(given.name) for given in session.get_inputs()}
    count = len(next(iter(inputs.values())))
    names = [output.name for output in session.get_outputs()]
    if sorted(names) != sorted(ours):
        print(f"the model's outputs are {names}, the answers hold {sorted(ours)}")
        return 1
    metadata = session.get_modelmeta().custom_metadata_map
    labels = metadata.get("labels", "").split("\n")
    if len(labels) != ours["probabilities"].shape[1]:
        print(f"the metadata name {len(labels)} labels")
        return 1
    largest = dict.fromkeys(names, 0.0)
    for batch in BATCHES:
        theirs = {name: [] for name in names}
        for start in range(0, count, batch):
            given = {name: values[start : start + batch] for name, values in inputs.items()}
            for name, values in zip(names, session.run(names, given)):
                theirs[name].append(values)
        for name in names:
            got = np.concatenate(theirs[name])
            if got.shape != ours[name].shape:
                print(f"{name} is of shape {got.shape}, {ours[name].shape} is expected")
                return 1
            difference = float(np.abs(got - ours[name]).max()) / max(1.0, float(np.abs(ours[name]).max()))
            largest[name] = max(largest[name], difference)
            if not difference <= TOLERANCE:
                print(f"{name} differs by {difference} in batches of {batch}")
                return 1
    words = ", ".join(f"{name} {difference:.1e}" for name, difference in largest.items())
    print(f"{count} spectra agree; largest differences: {words}")
    return 0


sys.exit(main())
