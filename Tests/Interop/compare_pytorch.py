#!/usr/bin/env python3
"""The paper's networks in CoreLevel and in PyTorch, side by side on one thread: processor time per spectrum.

    compare_pytorch.py CORELEVEL [--networks stn mlp cnn] [--spectra 6400] [--repeats 3]

Training is an epoch of batches of 64 (forward, backward, clipping, AdamW) and a validation on a quarter as many
spectra; CoreLevel's figure includes drawing the spectra, PyTorch's takes them from memory. Inference is of batches of
256. What is counted is processor time, so that other work on the machine shifts both alike, and differences between a
long and a short run, so that starting up does not count; the best of the repeats stands.
"""
import argparse
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import time

import numpy as np
import torch
from torch import nn

POINTS, LABELS = 6601, 40


class Head(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Linear(POINTS, 256), nn.BatchNorm1d(256), nn.LeakyReLU(0.01), nn.Dropout(0.1),
            nn.Linear(256, 128), nn.BatchNorm1d(128), nn.LeakyReLU(0.01), nn.Dropout(0.1), nn.Linear(128, LABELS))


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution, self.head = nn.Conv1d(1, 1, 3, padding=1), Head()

    def forward(self, x):
        return self.head(self.convolution(x[:, None])[:, 0])


class STN(nn.Module):
    def __init__(self):
        super().__init__()
        self.localisation = nn.Sequential(
            nn.Linear(POINTS, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
        nn.init.zeros_(self.localisation[4].weight)
        nn.init.zeros_(self.localisation[4].bias)
        self.head = Head()

    def forward(self, x):
        t = self.localisation(x)
        one, zero = torch.ones_like(t), torch.zeros_like(t)
        theta = torch.stack([torch.cat([one, zero, t], 1), torch.cat([zero, one, zero], 1)], 1)
        image = x[:, None, None]
        grid = nn.functional.affine_grid(theta, image.shape, align_corners=False)
        return self.head(nn.functional.grid_sample(image, grid, align_corners=False)[:, 0, 0])


NETWORKS = {"mlp": Head, "cnn": CNN, "stn": STN}


def read(path):
    """The arrays of a labelled set (safetensors)."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        body = file.read()
    kinds = {"F32": "<f4", "U8": "u1", "BOOL": "u1"}
    return {
        name: np.frombuffer(body, kinds[entry["dtype"]], int(np.prod(entry["shape"])), entry["data_offsets"][0])
        .reshape(entry["shape"])
        for name, entry in header.items() if name in ("spectra", "labels")
    }


def processor_seconds(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    return usage.ru_utime + usage.ru_stime


def ours(corelevel, network, spectra, folder):
    def train(epochs):
        weights = folder / f"{network}.safetensors"
        seconds = processor_seconds([
            corelevel, "train", "--recipe", "paper", "--architecture", network, "--spectra", str(spectra), "--epochs",
            str(epochs), "--out", weights, "--json"])
        return seconds, weights

    def evaluate(count):
        return processor_seconds([corelevel, "evaluate", "--model", weights, "--data", folder / f"{count}.safetensors"])

    short, _ = train(1)
    long, weights = train(4)
    return 3 * spectra / (long - short), 4096 / (evaluate(5120) - evaluate(1024))


def pytorch(network, spectra, data, unseen):
    torch.manual_seed(1)
    net = NETWORKS[network]()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, fused=True)
    x, y = torch.from_numpy(data["spectra"].copy()), torch.from_numpy(data["labels"].astype("f4"))
    z = torch.from_numpy(unseen["spectra"][:4096].copy())
    loss = nn.BCEWithLogitsLoss()

    def forward(x, batch):
        net.eval()
        with torch.inference_mode():
            for start in range(0, len(x), batch):
                torch.sigmoid(net(x[start:start + batch]))

    def epoch():
        net.train()
        for start in range(0, spectra, 64):
            optimizer.zero_grad(set_to_none=True)
            loss(net(x[start:start + 64]), y[start:start + 64]).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
        forward(x[:spectra // 4], 64)

    def seconds(body):
        body()
        start = time.process_time()
        body()
        return time.process_time() - start

    return spectra / seconds(epoch), 4096 / seconds(lambda: forward(z, 256))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corelevel", type=pathlib.Path)
    parser.add_argument("--networks", nargs="+", default=["stn", "mlp", "cnn"], choices=list(NETWORKS))
    parser.add_argument("--spectra", type=int, default=6400)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("network  training, spectra/s: CoreLevel  PyTorch  ratio   inference: CoreLevel  PyTorch  ratio")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for count, file in ((options.spectra, "train"), (1024, "1024"), (5120, "5120")):
            processor_seconds([
                options.corelevel, "simulate", "--count", str(count), "--out", folder / f"{file}.safetensors"])
        data, unseen = read(folder / "train.safetensors"), read(folder / "5120.safetensors")
        for network in options.networks:
            rows = [
                (
                    *ours(options.corelevel, network, options.spectra, folder),
                    *pytorch(network, options.spectra, data, unseen),
                )
                for _ in range(options.repeats)
            ]
            a, b, c, d = (max(column) for column in zip(*rows))
            print(f"{network:7}  {a:29.0f}  {c:7.0f}  {a / c:5.2f}   {b:20.0f}  {d:7.0f}  {b / d:5.2f}")


main()
