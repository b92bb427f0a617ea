"""The dataset folder: manifest.json and plain .npy arrays, memory-mapped and checked before anything is written."""

import json
import math
import os
from dataclasses import dataclass

import numpy as np

from .errors import UserError

FORMAT = 1
CLASSES = ["flag", "wedge", "blowoff", "wick_exhaustion", "none"]
FLAG = 0
SPLITS = ["train", "validation", "test", "unseen"]
SOURCES = ["record", "weak", "pseudo"]
TRAIN, VALIDATION, PSEUDO = 0, 1, 2
LABEL_SHARE = len(SPLITS)  # purpose of random numbers, beside the splits'
IMAGE_SHAPE = (64, 64, 3)
AUX = {1: 0, 2: 18}  # auxiliary values beside the image, by feature schema
ARRAYS = {
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
    """N rows. images uint8 [N,64,64,3] stays on disk; the rest are [N] arrays, but for auxiliary.

    auxiliary float32 [N,18]; listing: 1 where bar t is among the first of its series (either is None where the dataset
    was made without); label 0..4; pole_katr in multiples of ATR, NaN where unknown; weight: natural-prevalence weight;
    split 0..3; source 0..2; event: group for the bootstrap (a negative number is a group of its own).
    """

    manifest: dict
    images: np.ndarray
    auxiliary: np.ndarray | None
    listing: np.ndarray | None
    label: np.ndarray
    pole_katr: np.ndarray
    weight: np.ndarray
    split: np.ndarray
    source: np.ndarray
    event: np.ndarray
    series: np.ndarray


def open_dataset(folder, feature_schema=1):
    """Open and check a dataset folder that must hold the inputs of a feature schema.

    Raises UserError naming the file, the row and what is right.
    """
    manifest = read_manifest(os.path.join(folder, "manifest.json"))
    known = schemas_of(manifest)
    if str(feature_schema) not in known:
        raise UserError(
            f"{os.path.join(folder, 'manifest.json')}: holds the inputs of feature schema {', '.join(known)}, "
            f"not of {feature_schema}; a dataset built now holds both"
        )
    rows = manifest["rows"]
    dataset = Dataset(
        manifest=manifest,
        images=open_array(folder, "images", "uint8", (rows, *IMAGE_SHAPE)),
        auxiliary=open_array(folder, "auxiliary", "float32", (rows, AUX[2])) if "2" in known else None,
        listing=open_array(folder, "listing", "int8", (rows,)) if "listing_bars" in manifest else None,
        **{name: open_array(folder, name, dtype, (rows,)) for name, dtype in ARRAYS.items()},
    )
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
        "class_map": CLASSES,
        "image_shape": list(IMAGE_SHAPE),
    }
    for key, right in expected.items():
        if manifest.get(key) != right:
            raise UserError(f"{path}: {key} is {manifest.get(key)!r}; this trainer reads {right!r}")
    known = schemas_of(manifest)
    if not isinstance(known, dict) or "1" not in known:
        raise UserError(f"{path}: feature_schemas is {known!r}; schema 1, which this trainer reads, is not among them")
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


def schemas_of(manifest):
    """{version: hash of its text} of the feature schemas whose inputs the rows hold; older manifests name only one."""
    one = {str(manifest.get("feature_schema_ver")): manifest.get("feature_schema_hash")}
    return manifest.get("feature_schemas", one)


def open_array(folder, name, dtype, shape):
    path = os.path.join(folder, f"{name}.npy")
    try:
        array = np.load(path, mmap_mode="r" if name == "images" else None, allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; the dataset folder is incomplete") from None
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read as a numpy array ({error})") from None
    if array.shape != shape or array.dtype != dtype:
        raise UserError(
            f"{path}: holds {array.dtype} {list(array.shape)}; "
            f"the manifest's {shape[0]} rows need {dtype} {list(shape)}"
        )
    return array


def check_rows(folder, dataset):
    for name, top in (("label", len(CLASSES) - 1), ("split", len(SPLITS) - 1), ("source", len(SOURCES) - 1)):
        values = getattr(dataset, name)
        refuse(folder, name, values, (values < 0) | (values > top), f"0 to {top}")
    weight = dataset.weight
    refuse(folder, "weight", weight, ~(np.isfinite(weight) & (weight >= 0)), "a finite number of at least 0")
    if dataset.auxiliary is not None:
        refuse(folder, "auxiliary", dataset.auxiliary, ~np.isfinite(dataset.auxiliary), "a finite number")
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
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        place = ", ".join(map(str, at))
        raise UserError(f"{os.path.join(folder, name)}.npy[{place}]: {values[at]}; {right} is expected")


def choose_rows(dataset, split, cap, seed, among=True):
    """Sorted row numbers of a split, at most cap (0: all), the class mix kept (largest remainders), chosen by seed.

    among: bool [N], the rows to choose from; all where left out.
    """
    rows = np.flatnonzero((dataset.split == split) & among)
    if cap == 0 or len(rows) <= cap:
        return rows
    label = dataset.label[rows]
    exact = np.bincount(label, minlength=len(CLASSES)) * (cap / len(rows))
    take = np.floor(exact).astype(int)
    take[np.argsort(take - exact, kind="stable")[: cap - take.sum()]] += 1
    rng = np.random.default_rng([seed, split])
    chosen = [rng.permutation(rows[label == c])[: take[c]] for c in range(len(CLASSES))]
    return np.sort(np.concatenate(chosen))


def training_rows(dataset, config):
    """(rows, length): the sorted row numbers that a run trains on, and how many rows an epoch shows.

    Labels come first: config.rows of them at most, then pseudo-labels up to that. A run without pseudo-labels trains on
    those labels alone, over as many rows an epoch as a run with them: the control that a round is judged by.
    Raises UserError where fewer than two rows would be left.
    """
    pseudo = dataset.source == PSEUDO
    rows = shared(dataset, choose_rows(dataset, TRAIN, config.rows, config.seed, ~pseudo), config)
    room = max(0, config.rows - len(rows))
    added = np.zeros(0, rows.dtype)
    if config.rows == 0 or room > 0:
        added = choose_rows(dataset, TRAIN, room, config.seed, pseudo)
    length = len(rows) + len(added)
    if config.pseudo_labels:
        rows = np.sort(np.concatenate([rows, added]))
    if len(rows) < 2:
        raise UserError(f"{len(rows)} rows are left to train on; at least 2 are needed")
    return rows, length


def shared(dataset, rows, config):
    """Those of rows that are in config.label_share.

    It goes by events, each class (of an event's first row) giving the same share in an order that only the seed
    decides: the rows of a smaller share are all among those of a larger. Raises UserError where fewer than two would
    be left.
    """
    if config.label_share == 1:
        return rows
    group = group_of(dataset.event[rows])
    first = np.unique(group, return_index=True)[1]
    label = dataset.label[rows][first]
    rng = np.random.default_rng([config.seed, LABEL_SHARE])
    kept = np.zeros(len(first), bool)
    for c in range(len(CLASSES)):
        events = rng.permutation(np.flatnonzero(label == c))
        kept[events[: math.ceil(round(config.label_share * len(events), 9))]] = True
    chosen = rows[kept[group]]
    if len(chosen) < 2:
        raise UserError(
            f"label_share {config.label_share} leaves {len(chosen)} of {len(rows)} rows; at least 2 are needed"
        )
    return chosen


def group_of(event):
    """Events renumbered 0.. without holes; each negative number gets its own."""
    event = event.astype(np.int64)
    alone = event < 0
    event[alone] = np.iinfo(np.int32).max + 1 + np.arange(alone.sum())
    return np.unique(event, return_inverse=True)[1]
