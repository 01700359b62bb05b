#!/usr/bin/env python3
"""CoreLevel's networks in CoreLevel and in PyTorch, side by side on one thread: processor time per spectrum.

    compare_pytorch.py CORELEVEL [--networks region-stn stn mlp cnn] [--spectra 6400] [--repeats 3]

Training of the paper's networks is an epoch of batches of 64 (forward, backward, clipping, AdamW) and a validation on a
quarter as many spectra, that of the default's network an epoch of batches of 256. CoreLevel's figures include making the
spectra, PyTorch takes them from memory; for the default's network CoreLevel's also hold a validation of 4,096 spectra with
all their readings in each epoch, which outweighs a short one: give --spectra 32000 for that network. Inference is of
batches of 256, one alignment each in PyTorch, as many as it takes in CoreLevel, which also reads the file, the noise and
the answers. What is counted is processor time, so that other work on the machine shifts both alike, and differences
between a long and a short run, so that starting up does not count; the best of the repeats stands.
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

# The windows of the default's network in cells of 0.1 eV, the templates that slide over each, the room on either side.
LENGTHS = [180, 120, 120, 280, 280, 140, 140, 240, 200, 160, 200, 120]
TEMPLATES = [4, 4, 4, 6, 6, 4, 4, 16, 8, 4, 12, 4]
ROOM, POOLING, BINS, RESIDUAL_BINS, POLYMERS = 120, 4, 61, 33, 104
STRIPS = [length + 2 * ROOM for length in LENGTHS]
PAIRS = sum(LENGTHS) // 2


class RegionSTN(nn.Module):
    """Localiser over shift bins, sampler, reader: the layers of Sources/Classifier/RegionSTN."""

    def __init__(self):
        super().__init__()
        self.templates = nn.ModuleList(
            nn.Conv1d(1, count, length // POOLING, bias=False) for count, length in zip(TEMPLATES, LENGTHS))
        width = sum(TEMPLATES) + 2 * len(LENGTHS)
        self.norm1, self.linear1 = nn.BatchNorm1d(width), nn.Linear(width, 48)
        self.norm2, self.linear2 = nn.BatchNorm1d(48), nn.Linear(48, 1)
        self.leaky = nn.LeakyReLU(0.01)
        layers, inputs = [], 2 * PAIRS + sum(LENGTHS) // 10 + len(LENGTHS)
        for outputs in (768, 512, 256):
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.01)]
            inputs = outputs
        self.reader = nn.Sequential(*layers)
        self.heads = nn.Linear(256, LABELS + RESIDUAL_BINS + 2 + PAIRS)
        layers, inputs = [], PAIRS + sum(LENGTHS) // 10 + len(LENGTHS) + 256
        for outputs in (768, 384):
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.01)]
            inputs = outputs
        self.second = nn.Sequential(*layers)
        self.corrections = nn.Linear(384, LABELS + RESIDUAL_BINS + 2 + POLYMERS + LABELS * (LABELS + 1) // 2)
        self.chemistry = nn.Linear(POLYMERS, LABELS)
        starts = np.concatenate([[0], np.cumsum(STRIPS)[:-1]])
        cells = np.concatenate([start + ROOM + np.arange(n) for start, n in zip(starts, LENGTHS)])
        self.register_buffer("cells", torch.from_numpy(cells))
        self.register_buffer("strip", torch.from_numpy(np.repeat(np.arange(len(LENGTHS)), np.array(LENGTHS) // 2)))

    def localise(self, values, mask, noise):
        batch = len(values)
        values, mask = (nn.functional.avg_pool1d(x[:, None], POOLING) for x in (values, mask))
        sizes = [size // POOLING for size in STRIPS]
        seen = [layer(x) for layer, x in zip(self.templates, values.split(sizes, 2))]
        seen += [
            nn.functional.avg_pool1d(x, length // POOLING, 1) for x, length in zip(mask.split(sizes, 2), LENGTHS)]
        features = torch.cat(seen + [noise[:, :, None].expand(-1, -1, BINS)], 1).transpose(1, 2).reshape(batch * BINS, -1)
        hidden = self.linear1(self.leaky(self.norm1(features)))
        return self.linear2(self.leaky(self.norm2(hidden))).view(batch, BINS)

    def read(self, values, mask, noise, shift):
        whole = shift.floor()
        part = (shift - whole)[:, None]
        at = self.cells + whole.long()[:, None]
        aligned = (1 - part) * values.gather(1, at) + part * values.gather(1, at + 1)
        aligned = nn.functional.avg_pool1d(aligned[:, None], 2)[:, 0]
        recorded = nn.functional.avg_pool1d(mask.gather(1, at)[:, None], 10)[:, 0]
        scale = noise.exp().gather(1, self.strip.expand(len(values), -1))
        x = self.reader(torch.cat([aligned, recorded, noise, 0.25 * torch.asinh(aligned / scale)], 1))
        groups, residual, amounts, reconstruction = self.heads(x).split([LABELS, RESIDUAL_BINS, 2, PAIRS], 1)
        left = 0.25 * torch.asinh((aligned - reconstruction) / scale)
        x = self.corrections(self.second(torch.cat([left, recorded, noise, x], 1)))
        more = x.split([LABELS, RESIDUAL_BINS, 2, POLYMERS, LABELS * (LABELS + 1) // 2], 1)
        groups = groups + more[0] + self.chemistry(torch.sigmoid(more[3]))
        return aligned, (groups, residual + more[1], amounts + more[2], reconstruction, more[3], more[4])


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


def ours_on_regions(corelevel, spectra, folder):
    # From weights that have learnt: the readings of a validation end later where a network says of every alignment that it
    # is off.
    def train(epochs):
        weights = folder / "region.safetensors"
        seconds = processor_seconds([
            corelevel, "train", "--architecture", "region-stn", "--from", "default", "--max-shift", "9", "--spectra",
            str(spectra), "--epochs", str(epochs), "--out", weights, "--json"])
        return seconds

    def evaluate(count):
        return processor_seconds(
            [corelevel, "evaluate", "--model", "default", "--data", folder / f"measured-{count}.safetensors"])

    return 3 * spectra / (train(4) - train(1)), 4096 / (evaluate(5120) - evaluate(1024))


def pytorch_on_regions(spectra):
    """The same network, losses and optimizer on numbers of the same shapes."""
    torch.manual_seed(1)
    net, batch, half = RegionSTN(), 256, 128
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
    values, mask, noise = torch.randn(batch, sum(STRIPS)), torch.ones(batch, sum(STRIPS)), torch.randn(batch, 12)
    labels, clean = torch.randint(0, 2, (batch, LABELS)).float(), torch.randn(batch, PAIRS)
    shift, amounts = torch.rand(batch) * 180 - 90, torch.rand(batch, 2)
    bins = (torch.arange(BINS) - BINS // 2) * float(POOLING)
    target = ((shift[:half] / POOLING).round() + BINS // 2).long()
    residual = torch.full((batch,), RESIDUAL_BINS // 2)
    functional = nn.functional
    present = torch.randint(0, 2, (batch, POLYMERS)).float()
    # Which label each score of the chain is multiplied by: an earlier one's, or 1 for a group's own.
    below = torch.tril_indices(LABELS, LABELS)
    earlier = torch.where(torch.eye(LABELS, dtype=torch.bool), LABELS, torch.arange(LABELS)).reshape(-1)

    def align(scores):
        # The mean of the mode nearest to the truth.
        near = (bins - shift[:len(scores), None]).abs() < 8
        return (scores.masked_fill(~near, -1e9).softmax(1) * bins).sum(1)

    def step():
        optimizer.zero_grad(set_to_none=True)
        scores = net.localise(values[:half], mask[:half], noise[:half])
        where = torch.cat([align(scores), shift[half:]])
        _, (logits, left, scalars, lines, polymers, chain) = net.read(values, mask, noise, where)
        pairs = torch.cat([labels, torch.ones(batch, 1)], 1)[:, earlier].view(batch, LABELS, LABELS)
        couplings = torch.zeros(batch, LABELS, LABELS)
        couplings[:, below[0], below[1]] = chain
        together = (couplings * pairs).sum(2)
        loss = (
            20 * functional.binary_cross_entropy_with_logits(logits, labels)
            + 10 * functional.binary_cross_entropy_with_logits(together, labels)
            + 20 * functional.binary_cross_entropy_with_logits(polymers, present)
            + 0.5 * functional.cross_entropy(scores, target) + 0.3 * functional.cross_entropy(left, residual)
            + functional.mse_loss(scalars, amounts) + 0.05 * functional.mse_loss(lines, clean))
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()

    def infer():
        with torch.inference_mode():
            found = bins[net.localise(values, mask, noise).argmax(1)]
            net.read(values, mask, noise, found.clamp(1 - ROOM, ROOM - 1))

    def rate(body, count):
        body()
        start = time.process_time()
        for _ in range(count):
            body()
        return count * batch / (time.process_time() - start)

    training = rate(step, spectra // batch)
    net.eval()
    return training, rate(infer, 4096 // batch)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corelevel", type=pathlib.Path)
    parser.add_argument("--networks", nargs="+", default=["region-stn", "stn", "mlp", "cnn"],
                        choices=["region-stn", *NETWORKS])
    parser.add_argument("--spectra", type=int, default=6400)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("network     training, spectra/s: CoreLevel  PyTorch  ratio   inference: CoreLevel  PyTorch  ratio")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for count, file in ((options.spectra, "train"), (1024, "1024"), (5120, "5120")):
            processor_seconds([
                options.corelevel, "simulate", "--count", str(count), "--out", folder / f"{file}.safetensors"])
        for count in (1024, 5120):
            processor_seconds([
                options.corelevel, "simulate", "--count", str(count), "--instrument", "--out",
                folder / f"measured-{count}.safetensors"])
        data, unseen = read(folder / "train.safetensors"), read(folder / "5120.safetensors")
        for network in options.networks:
            rows = [
                (*ours_on_regions(options.corelevel, options.spectra, folder), *pytorch_on_regions(options.spectra))
                if network == "region-stn" else
                (
                    *ours(options.corelevel, network, options.spectra, folder),
                    *pytorch(network, options.spectra, data, unseen),
                )
                for _ in range(options.repeats)
            ]
            a, b, c, d = (max(column) for column in zip(*rows))
            print(f"{network:10}  {a:29.0f}  {c:7.0f}  {a / c:5.2f}   {b:20.0f}  {d:7.0f}  {b / d:5.2f}")


main()
