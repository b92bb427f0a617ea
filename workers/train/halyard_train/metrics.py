"""Classification metrics over weighted rows in numpy; scikit-learn is the reference in the tests.

Everywhere: label int [N]; probs float [N,C]; weight float [N] (ones: the sampled mix; natural-prevalence weights: the
natural one). What cannot be told from the rows at hand is None, never NaN.
"""

import numpy as np

BINS = 15
MIN_ROWS = 5  # rows of a class below which none of its figures is given
CURVE_POINTS = 40


def confusion_matrix(label, predicted, weight, classes):
    """Weight of each (label, predicted) pair, float [C,C]."""
    cells = np.bincount(label * classes + predicted, weights=weight, minlength=classes * classes)
    return cells.reshape(classes, classes)


def class_figures(confusion):
    """precision, recall and F1 of each class, each [C]; 0 where nothing was predicted or is there."""
    hit = np.diagonal(confusion, axis1=-2, axis2=-1)
    precision = ratio(hit, confusion.sum(-2))
    recall = ratio(hit, confusion.sum(-1))
    return precision, recall, ratio(2 * hit, confusion.sum(-2) + confusion.sum(-1))


def ratio(a, b):
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=np.asarray(b) > 0)


def macro_f1(label, predicted, weight, classes):
    """(mean F1 over the classes with MIN_ROWS rows or None, F1 of each class or None)."""
    enough = np.bincount(label, minlength=classes) >= MIN_ROWS
    f1 = class_figures(confusion_matrix(label, predicted, weight, classes))[2]
    each = [float(value) if ok else None for value, ok in zip(f1, enough, strict=True)]
    return (float(f1[enough].mean()) if enough.any() else None), each


def ece(confidence, correct, weight):
    """Expected calibration error over BINS equal-width bins (Guo et al. 2017); None without weight.

    confidence in 0..1 [N]; correct [N], 0 or 1.
    """
    total, confident, right = reliability(confidence, correct, weight)
    return float(np.abs(confident - right).sum() / total.sum()) if total.sum() > 0 else None


def reliability(confidence, correct, weight):
    """Per bin the weight, the weighted sum of confidence and of correct: three arrays [BINS]; bins are (low, high]."""
    index = bin_of(confidence)
    sums = (weight, weight * confidence, weight * correct)
    return tuple(np.bincount(index, weights=values, minlength=BINS) for values in sums)


def bin_of(confidence):
    return np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)


def precision_recall(truth, score, weight):
    """Precision and recall at each distinct score, highest first: (precision, recall, score). truth: bool [N]."""
    order = np.argsort(-score, kind="stable")
    score, truth, weight = score[order], truth[order], weight[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    found = np.cumsum(weight * truth)[last]
    taken = np.cumsum(weight)[last]
    return ratio(found, taken), ratio(found, np.full(len(last), (weight * truth).sum())), score[last]


def average_precision(precision, recall):
    """Σ (R_n - R_{n-1})·P_n, the area under the stepped precision-recall curve."""
    return float((np.diff(recall, prepend=0) * precision).sum())


def best_threshold(truth, score, weight):
    """The score from which on taking a row gives the best F1, or None where truth has fewer than MIN_ROWS rows."""
    if truth.sum() < MIN_ROWS or (weight * truth).sum() <= 0:
        return None
    precision, recall, scores = precision_recall(truth, score, weight)
    f1 = ratio(2 * precision * recall, precision + recall)
    return float(scores[np.argmax(f1)])


def threshold_f1(truth, score, weight, threshold):
    """F1 of taking every row whose score reaches threshold."""
    taken = score >= threshold
    return float(ratio(2 * (weight * (truth & taken)).sum(), (weight * truth).sum() + (weight * taken).sum()))


def weighted_median(values, weight):
    """The smallest value at which half of the weight is reached; None without weight."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    if len(values) == 0 or reached[-1] <= 0:
        return None
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def thin(precision, recall):
    """At most CURVE_POINTS [recall, precision] pairs, evenly along the recall axis, the ends kept."""
    at = np.searchsorted(recall, np.linspace(recall[0], recall[-1], CURVE_POINTS))
    points = np.unique(np.clip(at, 0, len(recall) - 1))
    return [[round(float(recall[i]), 4), round(float(precision[i]), 4)] for i in points]
