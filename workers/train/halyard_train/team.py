"""Several processes on one run, as torchrun starts them: each takes its rows of every batch; gradients are averaged.

All make the same batches from the same random numbers and take every size-th row, so that together they see what
one process would. Batch norm is each process's own and dropout differs, so the weights are near those of one process
and not the same; two runs of as many processes are the same. Only the leader writes, evaluates and tells.
"""

import os
from dataclasses import dataclass, fields

import torch
import torch.distributed as dist

from .batches import Batch
from .errors import UserError


@dataclass(frozen=True)
class Team:
    rank: int = 0
    size: int = 1

    @property
    def leads(self):
        return self.rank == 0

    def join(self, net):
        """The network as this process calls it: with its gradients averaged over all."""
        return net if self.size == 1 else torch.nn.parallel.DistributedDataParallel(net)

    def share_of(self, batch):
        """This process's rows of a Batch."""
        if self.size == 1:
            return batch
        if len(batch.mix) < self.size:
            raise UserError(f"a batch of {len(batch.mix)} rows cannot be shared by {self.size} processes")
        own = {field.name: self._rows(getattr(batch, field.name)) for field in fields(batch)}
        return Batch(**own)

    def _rows(self, value):
        if isinstance(value, tuple):
            return tuple(self._rows(each) for each in value)
        return value[self.rank :: self.size]

    def sum(self, *values):
        """Each value added up over all processes, as plain numbers."""
        if self.size > 1:
            tensor = torch.tensor(values, dtype=torch.float64)
            dist.all_reduce(tensor)
            return tensor.tolist()
        return list(values)

    def hear(self, value):
        """What the leader says, in every process."""
        if self.size == 1:
            return value
        said = [value]
        dist.broadcast_object_list(said, src=0)
        return said[0]


def join_team():
    """The team that torchrun's environment names, this process a member of it; of one where there is none."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size > 1:
        # gradients travel through the processor also from a GPU: the network is small, and gloo is everywhere
        dist.init_process_group("gloo")
    return Team(int(os.environ.get("RANK", "0")), size)
