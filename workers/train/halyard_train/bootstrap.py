"""Intervals by resampling whole events: the rows of one event are near-copies, so they come and go together."""

import numpy as np

from .dataset import group_of
from .metrics import BINS, MIN_ROWS, bin_of, class_figures

MIN_EVENTS = 10


def event_intervals(label, probs, weight, event, pole_error, resamples, seed):
    """95 % percentile intervals {"macro_f1", "ece", "pole_mae"}, each [low, high] or None, and "f1", one a class.

    label [N], probs [N,C], weight [N], event [N] (negative: a group of its own), pole_error [N] with NaN where there
    is none. All of these figures follow from sums over rows, so each resample is one weighted sum over the events.
    """
    classes = probs.shape[1]
    nothing = {"macro_f1": None, "ece": None, "pole_mae": None, "f1": [None] * classes}
    group = group_of(event)
    groups = int(group.max()) + 1 if len(group) else 0
    if groups < MIN_EVENTS or resamples == 0:
        return nothing
    sums = sums_by_group(label, probs, weight, pole_error, group, groups)
    rng = np.random.default_rng(seed)
    drawn = np.stack([np.bincount(rng.integers(0, groups, groups), minlength=groups) for _ in range(resamples)])
    totals = drawn.astype(np.float64) @ sums
    cells = classes * classes
    confusion = totals[:, :cells].reshape(-1, classes, classes)
    enough = np.bincount(label, minlength=classes) >= MIN_ROWS
    total, gap = totals[:, cells : cells + BINS], totals[:, cells + BINS : cells + 2 * BINS]
    pole_weight, pole_sum = totals[:, -2], totals[:, -1]
    f1 = class_figures(confusion)[2]
    return {
        "macro_f1": interval(f1[:, enough].mean(1)) if enough.any() else None,
        "f1": [interval(f1[:, c]) if enough[c] else None for c in range(classes)],
        "ece": interval(np.abs(gap).sum(1) / np.maximum(total.sum(1), 1e-12)),
        "pole_mae": interval(pole_sum[pole_weight > 0] / pole_weight[pole_weight > 0]),
    }


def sums_by_group(label, probs, weight, pole_error, group, groups):
    """float [groups, C² + 2·BINS + 2]: confusion cells, bin weights, bin gaps, pole weight, pole error."""
    classes = probs.shape[1]
    predicted, confidence = probs.argmax(1), probs.max(1)
    known = ~np.isnan(pole_error)
    parts = [
        (label * classes + predicted, classes * classes, weight),
        (bin_of(confidence), BINS, weight),
        (bin_of(confidence), BINS, weight * (confidence - (predicted == label))),
        (np.zeros(len(label), int), 1, weight * known),
        (np.zeros(len(label), int), 1, weight * np.where(known, pole_error, 0)),
    ]
    tables = [
        np.bincount(group * size + index, weights=values, minlength=groups * size).reshape(groups, size)
        for index, size, values in parts
    ]
    return np.concatenate(tables, axis=1)


def interval(values):
    if len(values) == 0:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return [float(low), float(high)]
