"""What a run may be told, its presets, and how a config file becomes a checked Config."""

import dataclasses
import json
import math
from dataclasses import dataclass

from .errors import UserError


@dataclass(frozen=True)
class Config:
    """One run's settings, saved as config.json beside the weights; 0 means no cap (rows) or automatic (threads)."""

    preset: str = "standard"
    seed: int = 1
    feature_schema: int = 1  # what the network sees: 1 the image, 2 the image and its auxiliary values
    epochs: int = 50
    batch: int = 256
    rows: int = 0  # training rows at most, the class mix kept
    label_share: float = 1.0  # share of those rows' events that is trained on, each class alike
    pseudo_labels: int = 1  # 0 trains without the dataset's pseudo-labels, for as many steps as with them
    eval_rows: int = 0  # rows of each other split at most, likewise
    pole_weight: float = 0.3
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    warmup: float = 0.05  # share of all steps that the learning rate climbs
    early_stop: int = 8  # epochs without a better validation macro-F1
    smoothing: float = 0.05
    cutmix: float = 0.1  # share of rows that get a patch of another
    stretch: float = 0.1  # most a window is stretched, and its tempo bent, to either side
    bootstrap: int = 500  # resamples behind each interval
    threads: int = 0
    device: str = "auto"  # auto, cpu, cuda
    precision: str = "auto"  # auto, fp32, bf16
    version: str | None = None  # the model version's name, where it is known already


PRESETS = {
    "quick": {"rows": 1600, "eval_rows": 600, "epochs": 6, "batch": 64, "bootstrap": 200},
    "standard": {"rows": 12000, "eval_rows": 3000, "epochs": 15},
    "full": {},
}

RANGES = {
    "seed": (0, 2**31 - 1),
    "feature_schema": (1, 2),
    "epochs": (1, 1000),
    "batch": (2, 65536),
    "rows": (0, 2**31 - 1),
    "label_share": (0.01, 1),
    "pseudo_labels": (0, 1),
    "eval_rows": (0, 2**31 - 1),
    "pole_weight": (0, 100),
    "learning_rate": (1e-8, 10),
    "weight_decay": (0, 10),
    "warmup": (0, 1),
    "early_stop": (1, 1000),
    "smoothing": (0, 0.5),
    "cutmix": (0, 1),
    "stretch": (0, 0.5),
    "bootstrap": (0, 100_000),
    "threads": (0, 1024),
}
CHOICES = {"preset": tuple(PRESETS), "device": ("auto", "cpu", "cuda"), "precision": ("auto", "fp32", "bf16")}


def describe():
    """All settings with their defaults and what they may be, and the presets: `python -m halyard_train.config`."""
    settings = {}
    for field in dataclasses.fields(Config):
        facts = settings[field.name] = {"default": field.default}
        if field.name in RANGES:
            low, high = RANGES[field.name]
            facts |= {"whole": isinstance(field.default, int), "low": low, "high": high}
        elif field.name in CHOICES:
            facts["choices"] = list(CHOICES[field.name])
    return {"settings": settings, "presets": PRESETS}


def load_config(path):
    """Read a config file: its preset's values, then its own. Raises UserError naming key, value and what is right."""
    try:
        with open(path, encoding="utf-8") as file:
            given = json.load(file)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as a config ({error}); a JSON object is expected") from None
    if not isinstance(given, dict):
        raise UserError(f"{path}: holds {type(given).__name__}; a JSON object is expected")
    return make_config(given, path)


def make_config(given, origin="config"):
    """Config from a plain dict; origin is named in errors."""
    fields = {field.name: field for field in dataclasses.fields(Config)}
    for key, value in given.items():
        if key not in fields:
            raise UserError(f"{origin}: unknown setting {key!r}; known are {', '.join(fields)}")
        check(key, value, fields[key].default, origin)
    preset = given.get("preset", "standard")
    return Config(**{**PRESETS[preset], **given, "preset": preset})


def check(key, value, default, origin):
    if key in CHOICES:
        if value not in CHOICES[key]:
            raise UserError(f"{origin}: {key} is {value!r}; one of {', '.join(CHOICES[key])} is expected")
        return
    if key == "version":
        if value is not None and not isinstance(value, str):
            raise UserError(f"{origin}: version is {value!r}; a string or null is expected")
        return
    low, high = RANGES[key]
    whole = isinstance(default, int)
    fits = isinstance(value, int) or (not whole and isinstance(value, float) and math.isfinite(value))
    if isinstance(value, bool) or not fits or not low <= value <= high:
        kind = "whole number" if whole else "number"
        raise UserError(f"{origin}: {key} is {value!r}; a {kind} from {low} to {high} is expected")


if __name__ == "__main__":
    print(json.dumps(describe()))
