"""The dataset folder: manifest.json and plain .npy arrays, memory-mapped and checked before anything is written."""

import json
import os
from dataclasses import dataclass

import numpy as np

from .errors import UserError

FORMAT = 1
FEATURE_SCHEMA = 1
CLASSES = ["flag", "wedge", "blowoff", "wick_exhaustion", "none"]
FLAG = 0
SPLITS = ["train", "validation", "test", "unseen"]
SOURCES = ["record", "weak", "pseudo"]
TRAIN, VALIDATION, PSEUDO = 0, 1, 2
IMAGE_SHAPE = (64, 64, 3)
ARRAYS = {
    "images": "uint8",
    "label": "int8",
    "pole_katr": "float32",
    "weight": "float32",
    "split": "int8",
    "source": "int8",
    "event": "int32",
    "series": "int32",
}


@dataclass(frozen=True)
class Dataset:
    """N rows. images uint8 [N,64,64,3] stays on disk; the rest are [N] arrays.

    label 0..4; pole_katr in multiples of ATR, NaN where unknown; weight: natural-prevalence weight; split 0..3;
    source 0..2; event: group for the bootstrap (a negative number is a group of its own).
    """

    manifest: dict
    images: np.ndarray
    label: np.ndarray
    pole_katr: np.ndarray
    weight: np.ndarray
    split: np.ndarray
    source: np.ndarray
    event: np.ndarray
    series: np.ndarray


def open_dataset(folder):
    """Open and check a dataset folder. Raises UserError naming the file, the row and what is right."""
    manifest = read_manifest(os.path.join(folder, "manifest.json"))
    rows = manifest["rows"]
    arrays = {name: open_array(folder, name, dtype, rows) for name, dtype in ARRAYS.items()}
    dataset = Dataset(manifest=manifest, **arrays)
    check_rows(folder, dataset)
    return dataset


def read_manifest(path):
    try:
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; a dataset folder with its manifest is expected") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as JSON ({error})") from None
    if not isinstance(manifest, dict):
        raise UserError(f"{path}: holds {type(manifest).__name__}; a JSON object is expected")
    expected = {
        "format": FORMAT,
        "feature_schema_ver": FEATURE_SCHEMA,
        "class_map": CLASSES,
        "image_shape": list(IMAGE_SHAPE),
    }
    for key, right in expected.items():
        if manifest.get(key) != right:
            raise UserError(f"{path}: {key} is {manifest.get(key)!r}; this trainer reads {right!r}")
    rows = manifest.get("rows")
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 1:
        raise UserError(f"{path}: rows is {rows!r}; a positive whole number is expected")
    if not isinstance(manifest.get("hash"), str) or not manifest["hash"]:
        raise UserError(f"{path}: hash is {manifest.get('hash')!r}; the dataset's content hash is expected")
    for key in ("natural_prior", "train_prior"):
        prior = manifest.get(key)
        numbers = isinstance(prior, list) and all(type(p) in (int, float) and 0 <= p <= 1 for p in prior)
        if not numbers or len(prior) != len(CLASSES) or abs(sum(prior) - 1) > 1e-3:
            raise UserError(f"{path}: {key} is {prior!r}; {len(CLASSES)} shares that add up to 1 are expected")
    return manifest


def open_array(folder, name, dtype, rows):
    path = os.path.join(folder, f"{name}.npy")
    try:
        array = np.load(path, mmap_mode="r" if name == "images" else None, allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; the dataset folder is incomplete") from None
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read as a numpy array ({error})") from None
    shape = (rows, *IMAGE_SHAPE) if name == "images" else (rows,)
    if array.shape != shape or array.dtype != dtype:
        raise UserError(
            f"{path}: holds {array.dtype} {list(array.shape)}; the manifest's {rows} rows need {dtype} {list(shape)}"
        )
    return array


def check_rows(folder, dataset):
    for name, top in (("label", len(CLASSES) - 1), ("split", len(SPLITS) - 1), ("source", len(SOURCES) - 1)):
        values = getattr(dataset, name)
        refuse(folder, name, values, (values < 0) | (values > top), f"0 to {top}")
    weight = dataset.weight
    refuse(folder, "weight", weight, ~(np.isfinite(weight) & (weight >= 0)), "a finite number of at least 0")
    pole = dataset.pole_katr
    bad_pole = (dataset.label == FLAG) & ~(np.isnan(pole) | (np.isfinite(pole) & (pole > 0)))
    refuse(folder, "pole_katr", pole, bad_pole, "for a flag a positive multiple of ATR, or NaN where unknown,")
    pseudo = (dataset.source == PSEUDO) & (dataset.split != TRAIN)
    refuse(
        folder,
        "source",
        dataset.source,
        pseudo,
        "outside the training split a label that is not a pseudo-label",
    )
    if np.count_nonzero(dataset.split == TRAIN) < 2:
        raise UserError(f"{os.path.join(folder, 'split.npy')}: fewer than 2 rows are in the training split (0)")


def refuse(folder, name, values, bad, right):
    if bad.any():
        row = int(np.argmax(bad))
        raise UserError(f"{os.path.join(folder, name)}.npy[{row}]: {values[row]}; {right} is expected")


def choose_rows(dataset, split, cap, seed):
    """Sorted row numbers of a split, at most cap (0: all), the class mix kept (largest remainders), chosen by seed."""
    rows = np.flatnonzero(dataset.split == split)
    if cap == 0 or len(rows) <= cap:
        return rows
    label = dataset.label[rows]
    exact = np.bincount(label, minlength=len(CLASSES)) * (cap / len(rows))
    take = np.floor(exact).astype(int)
    take[np.argsort(take - exact, kind="stable")[: cap - take.sum()]] += 1
    rng = np.random.default_rng([seed, split])
    chosen = [rng.permutation(rows[label == c])[: take[c]] for c in range(len(CLASSES))]
    return np.sort(np.concatenate(chosen))
