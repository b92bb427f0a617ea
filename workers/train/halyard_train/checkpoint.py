"""The state of a run between two epochs: all that the next epoch depends on, in one file.

Random numbers need no state here: each epoch's generators begin from (seed, epoch).
"""

import os

import torch

from .errors import UserError
from .files import publish


def save_checkpoint(path, state):
    """Publish a dict of tensors and plain values at path."""
    publish(path, lambda temporary: torch.save(state, temporary))


def load_checkpoint(path, identity):
    """The saved dict, or None where there is none.

    identity: what must be the same as when it was saved (trainer version, dataset hash, config). Raises UserError
    naming what differs.
    """
    if not os.path.exists(path):
        return None
    state = torch.load(path, map_location="cpu", weights_only=True)
    for key, value in identity.items():
        if state[key] != value:
            raise UserError(
                f"{path}: was saved with {key} {state[key]!r}, this start has {value!r}; "
                "resume with the same, or choose another run folder"
            )
    return state
