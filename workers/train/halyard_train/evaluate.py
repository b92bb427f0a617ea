"""Every split by label source, in the sampled mix and at natural prevalence, side by side."""

import numpy as np

from .bootstrap import event_intervals
from .calibrate import softmax
from .dataset import CLASSES, FLAG, SOURCES, SPLITS, VALIDATION
from .metrics import (
    MIN_ROWS,
    average_precision,
    class_figures,
    confusion_matrix,
    ece,
    macro_f1,
    precision_recall,
    ratio,
    reliability,
    thin,
    threshold_f1,
    weighted_median,
)


def evaluate(dataset, outputs, calibration, resamples, seed):
    """({split: {source: {mix: figures}}}, notes). outputs: {split number: (rows, logits [n,C], pole_katr [n])}."""
    figures, notes = {}, []
    for split, (rows, logits, pole) in outputs.items():
        by_source = figures[SPLITS[split]] = {}
        for source in ("all", *SOURCES[:2]):
            mask = np.ones(len(rows), bool) if source == "all" else dataset.source[rows] == SOURCES.index(source)
            part = rows[mask]
            notes += missing(dataset.label[part], SPLITS[split], source)
            by_source[source] = {
                mix: figures_of(dataset, part, logits[mask], pole[mask], calibration, mix, resamples, seed)
                for mix in ("sampled", "natural")
            }
    return figures, notes


def missing(label, split, source):
    """A sentence for each thing that the rows cannot tell."""
    where = f"{split} split" + ("" if source == "all" else f", labels of source {source}")
    if len(label) == 0:
        return [f"{where}: no rows, so no figure is given."]
    counts = np.bincount(label, minlength=len(CLASSES))
    few = [f"{name} ({count} rows)" for name, count in zip(CLASSES, counts, strict=True) if count < MIN_ROWS]
    if not few:
        return []
    return [f"{where}: {', '.join(few)} below {MIN_ROWS} rows, left out of every figure by class and of macro-F1."]


def figures_of(dataset, rows, logits, pole, calibration, mix, resamples, seed):
    """One block of metrics.json.

    sampled: rows count alike, probabilities softmax(logits / temperatures); natural: rows count by their
    natural-prevalence weight, probabilities with the biases too, as in the graph. `ece_before` is of softmax(logits).
    """
    natural = mix == "natural"
    label = dataset.label[rows].astype(np.int64)
    weight = dataset.weight[rows].astype(np.float64) if natural else np.ones(len(rows))
    probs = softmax(logits / calibration.temperatures + (calibration.biases if natural else 0))
    raw = softmax(logits)
    classes = len(CLASSES)
    predicted = probs.argmax(1)
    confusion = confusion_matrix(label, predicted, weight, classes)
    known = (label == FLAG) & ~np.isnan(dataset.pole_katr[rows])
    error = np.where(known, np.abs(pole - dataset.pole_katr[rows]), np.nan)
    pole_weight = weight[known].sum()
    intervals = event_intervals(label, probs, weight, dataset.event[rows], error, resamples, seed)
    f1, _ = macro_f1(label, predicted, weight, classes)
    bins = reliability(probs.max(1), predicted == label, weight)
    block = {
        "rows": len(rows),
        "macro_f1": f1,
        "macro_f1_interval": intervals["macro_f1"],
        "ece": ece(probs.max(1), predicted == label, weight),
        "ece_interval": intervals["ece"],
        "ece_before": ece(raw.max(1), raw.argmax(1) == label, weight),
        "pole_rows": int(known.sum()),
        "pole_mae": float((weight * np.nan_to_num(error)).sum() / pole_weight) if pole_weight > 0 else None,
        "pole_mae_interval": intervals["pole_mae"],
        "pole_median": weighted_median(error[known], weight[known]),
        "per_class": per_class(label, probs, weight, confusion, intervals["f1"]),
        "confusion": rounded(confusion),
        "reliability": {
            "weight": rounded(bins[0]),
            "confidence": rounded(ratio(bins[1], bins[0])),
            "accuracy": rounded(ratio(bins[2], bins[0])),
        },
    }
    if natural:
        block |= by_threshold(label, probs, weight, calibration.thresholds)
    block["classwise_ece"] = [entry["ece"] for entry in block["per_class"]]
    return block


def per_class(label, probs, weight, confusion, f1_intervals):
    """Figures of each class; None for all of them where the class has too few rows."""
    precision, recall, f1 = class_figures(confusion)
    entries = []
    for c, name in enumerate(CLASSES):
        truth = label == c
        entry = {"class": name, "support": int(truth.sum()), "weight": float(weight[truth].sum())}
        figures = dict.fromkeys(("precision", "recall", "f1", "f1_interval", "pr_auc", "ece", "pr_curve"))
        if truth.sum() >= MIN_ROWS:
            curve = precision_recall(truth, probs[:, c], weight)
            figures = {
                "precision": float(precision[c]),
                "recall": float(recall[c]),
                "f1": float(f1[c]),
                "f1_interval": f1_intervals[c],
                "pr_auc": average_precision(*curve[:2]),
                "ece": ece(probs[:, c], truth, weight),
                "pr_curve": thin(*curve[:2]),
            }
        entries.append(entry | figures)
    return entries


def by_threshold(label, probs, weight, thresholds):
    """F1 of each class by its own operating threshold, and their mean."""
    f1 = [
        threshold_f1(label == c, probs[:, c], weight, threshold)
        if threshold is not None and (label == c).sum() >= MIN_ROWS
        else None
        for c, threshold in enumerate(thresholds)
    ]
    told = [value for value in f1 if value is not None]
    return {"threshold_f1": f1, "threshold_macro_f1": sum(told) / len(told) if told else None}


def rounded(values):
    return np.round(values, 5).tolist()


def evaluated_splits():
    """Split numbers that are evaluated: all but training."""
    return range(VALIDATION, len(SPLITS))
