"""From logits to probabilities that mean what they say: temperatures, biases to natural prevalence, thresholds."""

from dataclasses import dataclass

import numpy as np
import torch

from .dataset import CLASSES
from .metrics import best_threshold, macro_f1

BOUND = 3.0  # of |ln temperature|
MIN_ROWS = 10  # validation rows of a class below which its temperature stays 1


@dataclass(frozen=True)
class Calibration:
    """probs = softmax(logits / temperatures + biases) at natural prevalence, without biases in the sampled mix."""

    temperatures: np.ndarray  # float64 [C]
    biases: np.ndarray  # float64 [C]
    thresholds: list  # C numbers or None, on the natural-prevalence probabilities
    method: str  # per class, shared, none
    notes: list


def softmax(logits):
    shifted = np.exp(logits - logits.max(1, keepdims=True)) if len(logits) else logits
    return shifted / shifted.sum(1, keepdims=True)


def calibrate(logits, label, weight, train_prior, natural_prior):
    """Fit everything on the validation rows: logits float64 [N,C], label int [N], weight [N], priors [C]."""
    classes = len(natural_prior)
    counts = np.bincount(label, minlength=classes)
    enough = counts >= MIN_ROWS
    notes = [
        f"{CLASSES[c]}: {counts[c]} validation rows; its temperature stays 1, at least {MIN_ROWS} are needed to fit it."
        for c in np.flatnonzero(~enough)
    ]
    temperatures, method = fit_temperatures(logits, label, enough)
    scaled = logits / temperatures
    biases = fit_biases(scaled, label, weight, np.asarray(train_prior), np.asarray(natural_prior))
    probs = softmax(scaled + biases)
    thresholds = [best_threshold(label == c, probs[:, c], weight) for c in range(classes)]
    return Calibration(temperatures, biases, thresholds, method, notes)


def fit_temperatures(logits, label, enough):
    """(temperatures [C], method): per class; shared where those lower macro-F1; 1 where even that does, or no row is.

    A class without enough rows keeps 1 in each.
    """
    classes = len(enough)
    alike = np.ones(len(label))
    if not enough.any():
        return np.ones(classes), "none"
    score = macro_f1(label, logits.argmax(1), alike, classes)[0] or 0
    for method, groups in (("per class", np.eye(classes)[enough]), ("shared", enough[None, :].astype(float))):
        temperatures = minimise_nll(logits, label, groups)
        fitted = macro_f1(label, (logits / temperatures).argmax(1), alike, classes)[0] or 0
        if fitted >= score:
            return temperatures, method
    return np.ones(classes), "none"


def minimise_nll(logits, label, groups):
    """Temperatures [C] with the least negative log-likelihood; groups float [G,C] of zeros and ones share one each.

    ln T has a normal prior of deviation 1, which counts as one row of them all, and stays within ±BOUND: an untrained
    network's flat logits would otherwise drive it off without end.
    """
    x, y, members = torch.as_tensor(logits), torch.as_tensor(label), torch.as_tensor(groups)

    def temperatures(g):
        return (BOUND * torch.tanh((g @ members) / BOUND)).exp()

    def loss(g):
        return torch.nn.functional.cross_entropy(x / temperatures(g), y) + (g**2).sum() / (2 * len(y))

    return temperatures(torch.as_tensor(lbfgs(loss, np.zeros(len(groups))))).numpy()


def fit_biases(scaled, label, weight, train_prior, natural_prior):
    """Biases [C] from the sampled mix to natural prevalence.

    They start from ln(natural / sampled) (Saerens et al. 2002), exact for a model that saw the sampled mix as it is.
    Class weights and the focal term bend that, so it is corrected on the rows by maximum a posteriori: rows weigh as at
    natural prevalence, brought to the natural prior class by class; the likelihood counts as its effective number of
    rows, against a normal prior of deviation 1 about the start, to which few rows leave it.
    """
    start = np.log(np.maximum(natural_prior, 1e-6)) - np.log(np.maximum(train_prior, 1e-6))
    start -= start.mean()
    totals = np.bincount(label, weights=weight, minlength=len(start))
    if totals.sum() <= 0:
        return start
    w = weight * np.divide(natural_prior, totals, out=np.zeros(len(start)), where=totals > 0)[label]
    effective = w.sum() ** 2 / (w**2).sum()
    x, y, share = torch.as_tensor(scaled), torch.as_tensor(label), torch.as_tensor(w / w.sum())
    centre = torch.as_tensor(start)

    def loss(b):
        nll = torch.nn.functional.cross_entropy(x + b, y, reduction="none")
        return (nll * share).sum() + ((b - centre) ** 2).sum() / (2 * effective)

    biases = lbfgs(loss, start)
    return biases - biases.mean()


def lbfgs(loss, start):
    """Minimise a smooth function of a float64 vector."""
    at = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([at], max_iter=200, tolerance_change=1e-12, line_search_fn="strong_wolfe")

    def closure():
        search.zero_grad()
        value = loss(at)
        value.backward()
        return value

    search.step(closure)
    return at.detach().numpy()
