"""A dataset folder with nothing of the market in it: random windows with a class that can be learnt."""

import json
import os

import numpy as np

from .dataset import AUX, CLASSES, FORMAT, IMAGE_SHAPE, SPLITS

NATURAL_PRIOR = [0.01, 0.05, 0.01, 0.02, 0.91]
SAMPLED_MIX = [0.17, 0.17, 0.17, 0.17, 0.32]


def write_dataset(folder, rows, seed, noise=40, shares=(0.6, 0.2, 0.1, 0.1)):
    """Write a dataset of `rows` windows into folder (made if need be).

    Every class paints its own mark over noise (0..127 levels); a flag's bar is as high as its pole. shares: of
    train, validation, test and unseen.
    """
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(seed)
    label = rng.choice(len(CLASSES), rows, p=SAMPLED_MIX).astype(np.int8)
    split = rng.choice(len(SPLITS), rows, p=shares).astype(np.int8)
    pole = np.where(label == 0, rng.uniform(3, 9, rows), np.nan).astype(np.float32)
    pole[rng.random(rows) < 0.1] = np.nan
    sampled = np.bincount(label, minlength=len(CLASSES)) / rows
    arrays = {
        "label": label,
        "split": split,
        "pole_katr": pole,
        "weight": (np.array(NATURAL_PRIOR) / np.maximum(sampled, 1e-9))[label].astype(np.float32),
        "source": (rng.random(rows) < 0.7).astype(np.int8),
        "event": (np.arange(rows) // 2).astype(np.int32),
        "series": rng.integers(0, 4, rows, dtype=np.int32),
        "listing": (np.arange(rows) % 5 == 0).astype(np.int8),
        "auxiliary": auxiliary(label, np.random.default_rng([seed, 1])),
    }
    for name, array in arrays.items():
        np.save(os.path.join(folder, f"{name}.npy"), array)
    images = np.lib.format.open_memmap(
        os.path.join(folder, "images.npy"), "w+", np.uint8, (rows, *IMAGE_SHAPE), version=(1, 0)
    )
    for row in range(rows):
        images[row] = paint(int(label[row]), pole[row], noise, rng)
    images.flush()
    manifest = {
        "format": FORMAT,
        "listing_bars": 500,
        "feature_schemas": {"1": "synthetic", "2": "synthetic"},
        "class_map": CLASSES,
        "rows": rows,
        "image_shape": list(IMAGE_SHAPE),
        "hash": f"synthetic-{rows}-{seed}-{noise}",
        "quantisation": {"schema": 1, "origin": "synthetic"},
        "natural_prior": NATURAL_PRIOR,
        "train_prior": sampled.tolist(),
    }
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file)


def auxiliary(label, rng):
    """float32 [N,18]: noise, and in one value a hint of whether the row is a blowoff."""
    values = rng.normal(size=(len(label), AUX[2])).astype(np.float32)
    values[:, 14] += 2 * (label == 2)
    return values


def paint(label, pole, noise, rng):
    """One window uint8 [64,64,3]: noise, and the mark of its class somewhere in it."""
    image = rng.integers(0, noise + 1, IMAGE_SHAPE, dtype=np.uint8)
    y, x = rng.integers(8, 24), rng.integers(8, 40)
    if label == 0:
        height = round(4 * float(pole if np.isfinite(pole) else 6))
        image[60 - height : 60, x : x + 4, 0] = 220
    elif label == 1:
        image[y : y + 24, x : x + 12, 1] = 200
    elif label == 2:
        image[y : y + 6, x : x + 20, 2] = 220
    elif label == 3:
        for step in range(16):
            image[y + step : y + step + 4, x + step, :] = 200
    return image
