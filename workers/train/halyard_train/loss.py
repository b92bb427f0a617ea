"""The two losses: focal cross-entropy on smoothed, mixed targets, and SmoothL1 on the log pole of flags."""

import torch
import torch.nn.functional as F


def class_weights(counts):
    """1/√frequency, scaled to a mean of 1 over the rows. counts: int [classes]; a class without rows gets 0."""
    counts = torch.as_tensor(counts, dtype=torch.float64)
    weights = torch.where(counts > 0, counts.clamp(min=1).rsqrt(), torch.zeros_like(counts))
    return (weights * counts.sum() / (weights * counts).sum()).float()


def class_loss(logits, mix, weights, smoothing):
    """Mean over rows of -w_y Σ_c q_c (1-p_c)² ln p_c, q = (1-smoothing)·mix + smoothing/classes.

    logits, mix [N,classes] (mix: one-hot, or the two classes of a CutMix row by area); w_y of a mixed row is
    its classes' weights by area.
    """
    q = (1 - smoothing) * mix + smoothing / mix.shape[1]
    log_p = F.log_softmax(logits.float(), dim=1)
    focal = (q * (1 - log_p.exp()) ** 2 * log_p).sum(1)
    return -((mix @ weights) * focal).mean()


def pole_loss(log_pole, pole_katr, known):
    """SmoothL1 on ln pole, mean over the rows where known (bool [N]); 0 where there is none."""
    target = torch.where(known, pole_katr, torch.ones_like(pole_katr)).log()
    each = F.smooth_l1_loss(log_pole.float(), target, reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)
