"""Parts of a split that a model may do worse on than its average tells: regimes of volatility, and fresh listings."""

import numpy as np

from .dataset import SPLITS, TRAIN
from .evaluate import figures_of

ATR_Z = 8  # which auxiliary value is half the z-score of the ATR
REGIMES = ("atr_low", "atr_mid", "atr_high")
LISTING = "listing"
LEFT_OUT = ("confusion", "reliability")  # of a block: a slice is read as a line of a table


def atr_bounds(dataset):
    """The two terciles of ATR z over all training rows, which part the regimes; None without auxiliary values."""
    if dataset.auxiliary is None:
        return None
    return (2 * np.quantile(dataset.auxiliary[dataset.split == TRAIN, ATR_Z], [1 / 3, 2 / 3])).tolist()


def slices_of(dataset, rows):
    """{name: bool [n]}: which of rows lie in each slice; a slice that the dataset cannot tell is missing."""
    slices = {}
    bounds = atr_bounds(dataset)
    if bounds is not None:
        regime = np.searchsorted(bounds, 2 * dataset.auxiliary[rows, ATR_Z], side="right")
        slices |= {name: regime == i for i, name in enumerate(REGIMES)}
    if dataset.listing is not None:
        slices[LISTING] = dataset.listing[rows] == 1
    return slices


def evaluate_slices(dataset, outputs, calibration, resamples, seed):
    """{split: {slice: {mix: figures}}}. outputs: {split number: (rows, logits [n,C], pole_katr [n])}."""
    return {
        SPLITS[split]: {
            name: {
                mix: brief(figures_of(dataset, rows[mask], logits[mask], pole[mask], calibration, mix, resamples, seed))
                for mix in ("sampled", "natural")
            }
            for name, mask in slices_of(dataset, rows).items()
        }
        for split, (rows, logits, pole) in outputs.items()
    }


def brief(block):
    per_class = [{key: value for key, value in entry.items() if key != "pr_curve"} for entry in block["per_class"]]
    return {key: value for key, value in block.items() if key not in LEFT_OUT} | {"per_class": per_class}
