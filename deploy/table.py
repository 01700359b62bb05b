#!/usr/bin/env python3
"""Collects the cells that table.sh trained: results.jsonl, results.md and plot.png beside the published numbers."""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

# Best test subset accuracy in %, Saddiq et al., arXiv 2603.05350, for largest shifts of 0, 1, 2, 3, 4 and 5 eV.
SHIFTS = [0, 1, 2, 3, 4, 5]
PUBLISHED = {
    "mlp": [89.4, 69.0, 58.3, 54.2, 48.2, 45.2],
    "cnn": [80.1, 50.5, 40.7, 36.6, 32.5, 27.5],
    "stn": [86.6, 85.9, 84.8, 74.9, 75.0, 67.3],
}


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def cell(folder, name):
    """Everything about a finished cell in one object, or None."""
    log, test = folder / f"{name}.jsonl", folder / f"{name}.test.json"
    if not log.exists() or not test.exists():
        return None
    rows = lines(log)
    model = next((row["model"] for row in reversed(rows) if "model" in row), None)
    # An interrupted epoch prints nothing, so every epoch is there once; the last wins should a file have been edited.
    epochs = list({row["epoch"]: row for row in rows if "epoch" in row}.values())
    figures = lines(test)
    if not model or not epochs or not figures:
        return None
    network, rest = name.split("-", 1)
    shift = float(rest.split("eV")[0])
    trained = {key.removeprefix("training."): value for key, value in model.items()}
    result = {
        "cell": name,
        "network": network,
        "max_shift_eV": shift,
        "seed": int(trained["seed"]),
        "epochs": len(epochs),
        "spectra_seen": epochs[-1]["spectra"],
        "best_epoch": int(trained["best_epoch"]),
        "best_subset_accuracy": float(trained["best_epoch_subset_accuracy"]),
        "kept_epoch": int(trained["kept_epoch"]),
        "kept_subset_accuracy": float(trained["kept_epoch_subset_accuracy"]),
        "training_subset_accuracy": float(trained["training_subset_accuracy"]),
        "last_rate": epochs[-1]["rate"],
        "seconds": round(sum(row["seconds"] for row in epochs), 1),
        "spectra_per_s": round(max(row["spectra_per_s"] for row in epochs)),
        "test": figures[0],
    }
    if shift in SHIFTS:
        result["published"] = PUBLISHED[network][SHIFTS.index(int(shift))] / 100
    return result


def percent(value):
    return f"{100 * value:.1f}"


def markdown(results):
    by_name = {result["cell"]: result for result in results}
    text = ["| max shift (eV) | " + " | ".join(str(shift) for shift in SHIFTS) + " |", "|---" * 7 + "|"]
    for network, published in PUBLISHED.items():
        ours = [by_name.get(f"{network}-{shift}eV") for shift in SHIFTS]
        text.append(f"| {network.upper()}, published | " + " | ".join(f"{value:.1f}" for value in published) + " |")
        text.append(
            f"| {network.upper()}, ours | "
            + " | ".join(f"**{percent(one['best_subset_accuracy'])}**" if one else "–" for one in ours)
            + " |"
        )
    text += [
        "",
        "Best subset accuracy of any epoch on the 20,000 spectra that each epoch was validated on, as published. Below:"
        " that epoch; the epoch of the lowest loss, which is kept; its accuracy on 20,000 spectra that nothing was"
        " chosen by, and on spectra it was trained on. Minutes are of one thread beside other work; spectra/s are of the"
        " fastest epoch, validation left out.",
        "",
        "| cell | published | best (epoch) | kept epoch | test | on its training set | shift error, mean (eV) | epochs |"
        " spectra seen | minutes | spectra/s | seed |",
        "|---" * 12 + "|",
    ]
    for one in results:
        error = one["test"].get("shift_mae_eV")
        text.append(
            f"| {one['cell']} | {percent(one['published']) if 'published' in one else '–'}"
            f" | {percent(one['best_subset_accuracy'])} ({one['best_epoch']}) | {one['kept_epoch']}"
            f" | {percent(one['test']['subset_accuracy'])} | {percent(one['training_subset_accuracy'])}"
            f" | {'–' if error is None else format(error, '.3f')} | {one['epochs']} | {one['spectra_seen']:,}"
            f" | {one['seconds'] / 60:.1f} | {one['spectra_per_s']:,} | {one['seed']} |"
        )
    return "\n".join(text) + "\n"


def plot(results, path):
    colours = {"mlp": "#4477aa", "cnn": "#ccbb44", "stn": "#aa3377"}
    figure, axes = plt.subplots(figsize=(6, 4.6), dpi=120)
    for network, published in PUBLISHED.items():
        axes.plot(SHIFTS, published, "--", color=colours[network], label=f"{network.upper()}, published")
        ours = [one for one in results if one["network"] == network and not one["cell"].endswith("-full")]
        ours.sort(key=lambda one: one["max_shift_eV"])
        axes.plot(
            [one["max_shift_eV"] for one in ours], [100 * one["best_subset_accuracy"] for one in ours], "o-",
            color=colours[network], label=f"{network.upper()}, ours, {ours[0]['spectra_seen'] / 1e6:.1f} M seen"
            if ours else None)
        full = [one for one in results if one["cell"] == f"{network}-3eV-full"]
        axes.plot(
            [one["max_shift_eV"] for one in full], [100 * one["best_subset_accuracy"] for one in full], "*",
            markersize=12, color=colours[network], label=f"{network.upper()}, ours, in full" if full else None)
    axes.set(xlabel="largest shift (eV)", ylabel="best subset accuracy (%)", ylim=(0, 100))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)
    figure.tight_layout()
    figure.savefig(path)


def main():
    folder = pathlib.Path(sys.argv[1])
    names = [f"{network}-{shift}eV{end}" for end in ("", "-full") for shift in SHIFTS for network in PUBLISHED]
    results = [one for one in (cell(folder, name) for name in names) if one]
    (folder / "results.jsonl").write_text("".join(json.dumps(one) + "\n" for one in results))
    (folder / "results.md").write_text(markdown(results))
    plot(results, folder / "plot.png")
    print((folder / "results.md").read_text(), end="")


main()
