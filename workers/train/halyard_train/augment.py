"""Horizontal augmentation of uint8 windows, anchored at the right edge (the trigger), and CutMix of all inputs.

Drawing (a CPU generator) and applying (any device) are apart: what is drawn depends on the seed only.
"""

import math

import torch


def draw_columns(count, width, amount, generator):
    """Source column of each output column, int64 [count,width]; -1 where it lies beyond the left edge.

    Distance d from the right edge is read from s(d) = (1/f)·∫₀ᵈ 1 + a·cos(2πu/width + φ) du: f in 1 ± amount
    stretches, a in 0..amount bends the tempo, and s(0) = 0 keeps the last bar where it is.
    """
    f, a, phase = torch.rand(3, count, 1, generator=generator, dtype=torch.float64)
    f, a, phase = 1 + amount * (2 * f - 1), amount * a, 2 * math.pi * phase
    distance = torch.arange(width, dtype=torch.float64)
    turn = 2 * math.pi / width
    source = (distance + a / turn * (torch.sin(turn * distance + phase) - torch.sin(phase))) / f
    columns = (width - 1 - (source + 0.5).floor().long()).clamp(min=-1)
    return columns.flip(1)


def apply_columns(images, columns):
    """Gather columns: images uint8 [N,H,W,C], columns [N,W] → the same shape; columns of -1 come out 0."""
    count, height = images.shape[:2]
    rows = torch.arange(count, device=images.device)[:, None, None]
    lines = torch.arange(height, device=images.device)[None, :, None]
    out = images[rows, lines, columns.clamp(min=0)[:, None, :]]
    return out.mul_((columns >= 0)[:, None, :, None])


def draw_cutmix(count, height, width, probability, generator):
    """For each row a partner and a box: (partner int64 [N], box int64 [N,4] as top, bottom, left, right, kept [N]).

    kept is the share of the own pixels that stay, 1 (and an empty box) for the rows that are not mixed. The box has
    a uniformly drawn area and lies wholly inside (CutMix, Yun et al. 2019, with α = 1).
    """
    mixed = torch.rand(count, generator=generator) < probability
    partner = torch.randperm(count, generator=generator)
    side = torch.rand(count, generator=generator, dtype=torch.float64).sqrt()
    place = torch.rand(2, count, generator=generator, dtype=torch.float64)
    sizes = [(side * length).round().long() * mixed for length in (height, width)]
    starts = [(place[i] * (length - sizes[i] + 1)).long() for i, length in enumerate((height, width))]
    box = torch.stack([starts[0], starts[0] + sizes[0], starts[1], starts[1] + sizes[1]], 1)
    kept = 1 - (sizes[0] * sizes[1]).float() / (height * width)
    return partner, box, kept


def apply_cutmix(images, partner, box):
    """Paste each row's box from its partner. images uint8 [N,H,W,C] → new tensor; unmixed rows are untouched."""
    mixed = ((box[:, 1] > box[:, 0]) & (box[:, 3] > box[:, 2])).nonzero().squeeze(1)
    if len(mixed) == 0:
        return images
    _, height, width, _ = images.shape
    top, bottom, left, right = box[mixed, :, None].unbind(1)
    lines = torch.arange(height, device=images.device)
    columns = torch.arange(width, device=images.device)
    inside = ((lines >= top) & (lines < bottom))[:, :, None] & ((columns >= left) & (columns < right))[:, None, :]
    out = images.clone()
    out[mixed] = torch.where(inside[..., None], images[partner[mixed]], images[mixed])
    return out


def mix_values(values, partner, kept):
    """Auxiliary values of CutMix rows: own and partner's by the area that each has in the image. [N,K] → [N,K].

    As the target is mixed by area, so are they (mixup, Zhang et al. 2018): own values alone would say one class while
    the target says two, and teach the network to look past them. Stretching leaves them: the bars that they speak of
    are still the window's last.
    """
    share = kept[:, None]
    return share * values + (1 - share) * values[partner]
