"""Golden numbers of the three networks: outputs and gradients from PyTorch in double precision.

    pip install torch numpy && python make_networks.py > networks.json

Weights, spectra and labels come from an integer hash that NetworkGoldenTests.swift repeats, so the file holds results
only. Dropout is off, since two programs cannot draw the same masks; everything else is as in training.
"""
import json
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

POINTS, LABELS, BATCH, SAMPLES = 6601, 40, 8, 48
torch.set_default_dtype(torch.float64)


def noise(count, seed):
    """`count` numbers in [-1, 1), the same in both languages."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(seed * 40503 % 2**32)
    x ^= x >> np.uint32(15)
    x *= np.uint32(2246822519)
    x ^= x >> np.uint32(13)
    x *= np.uint32(3266489917)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / 2**23 - 1


def head():
    return nn.ModuleDict({
        "linear1": nn.Linear(POINTS, 256), "norm1": nn.BatchNorm1d(256),
        "linear2": nn.Linear(256, 128), "norm2": nn.BatchNorm1d(128), "linear3": nn.Linear(128, LABELS)})


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.front()
        self.head = head()

    def front(self):
        pass

    def align(self, x):
        return x

    def forward(self, x):
        h = self.head
        y = F.leaky_relu(h["norm1"](h["linear1"](self.align(x))), 0.01)
        y = F.leaky_relu(h["norm2"](h["linear2"](y)), 0.01)
        return h["linear3"](y)


class MLP(Network):
    pass


class CNN(Network):
    def front(self):
        self.convolution = nn.Conv1d(1, 1, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool1d(POINTS)

    def align(self, x):
        return self.pool(self.convolution(x[:, None]))[:, 0]


class STN(Network):
    def front(self):
        self.localisation = nn.ModuleDict({
            "linear1": nn.Linear(POINTS, 64), "linear2": nn.Linear(64, 32), "linear3": nn.Linear(32, 1)})

    def align(self, x):
        l = self.localisation
        self.t = l["linear3"](F.relu(l["linear2"](F.relu(l["linear1"](x)))))
        # The axis as an image of height one: scale one, translation t along it.
        one, zero = torch.ones_like(self.t), torch.zeros_like(self.t)
        theta = torch.stack([torch.cat([one, zero, self.t], 1), torch.cat([zero, one, zero], 1)], 1)
        grid = F.affine_grid(theta, [len(x), 1, 1, POINTS], align_corners=False)
        return F.grid_sample(x[:, None, None], grid, padding_mode="zeros", align_corners=False)[:, 0, 0]


def fill(network):
    """Parameters in their order of appearance in a weight file."""
    for index, (name, parameter) in enumerate(ordered(network)):
        values = noise(parameter.numel(), index + 1) / np.sqrt(parameter.shape[-1])
        if ".norm" in name and name.endswith("weight"):
            values = 1 + 0.1 * values
        if name.startswith("localisation.linear3"):
            values = values * 0.02
        parameter.data = torch.tensor(values.astype(np.float32).astype(np.float64)).reshape(parameter.shape)


def ordered(network):
    named = dict(network.named_parameters())
    first = [n for n in named if not n.startswith("head.")]
    order = ["linear1", "norm1", "linear2", "norm2", "linear3"]
    rest = [f"head.{layer}.{kind}" for layer in order for kind in ("weight", "bias")]
    return [(name, named[name]) for name in first + rest]


def sampled(values):
    flat = values.detach().numpy().reshape(-1)
    step = max(1, len(flat) // SAMPLES)
    return {"step": step, "norm": float(np.sqrt((flat**2).sum())), "values": flat[::step][:SAMPLES].tolist()}


def golden(network):
    fill(network)
    x = torch.tensor((0.1 * np.abs(noise(BATCH * POINTS, 101))).astype(np.float32).astype(np.float64))
    x = x.reshape(BATCH, POINTS)
    y = torch.tensor((noise(BATCH * LABELS, 102) > 0.4).astype(np.float64)).reshape(BATCH, LABELS)
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    losses = []
    for step in range(3):
        logits = network(x)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            result = {"training_logits": sampled(logits)}
            if isinstance(network, STN):
                result["translations"] = network.t.detach().numpy().reshape(-1).tolist()
            result["gradients"] = {name: sampled(p.grad) for name, p in ordered(network)}
            network.eval()
            result["inference_logits"] = sampled(network(x))
            network.train()
        result.setdefault("gradient_norms", []).append(
            float(torch.nn.utils.clip_grad_norm_(network.parameters(), 0.05)))
        optimizer.step()
    result["losses"] = losses
    return result


json.dump({"mlp": golden(MLP()), "cnn": golden(CNN()), "stn": golden(STN())}, sys.stdout, indent=0)
