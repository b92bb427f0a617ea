"""Where and in which precision a run computes: probed once, then fixed and recorded."""

import os
from dataclasses import dataclass

import torch

from .errors import UserError


@dataclass(frozen=True)
class Device:
    name: str  # cpu, cuda
    precision: str  # fp32, bf16
    threads: int
    words: str

    def autocast(self):
        return torch.autocast(self.name, torch.bfloat16, enabled=self.precision == "bf16")


def choose_device(config):
    """Set up torch as the config asks and say what was chosen. Raises UserError where CUDA is asked for in vain."""
    has_cuda = torch.cuda.is_available()
    if config.device == "cuda" and not has_cuda:
        raise UserError("device is 'cuda', but torch sees no CUDA device here; use 'auto' or 'cpu'")
    name = "cuda" if has_cuda and config.device != "cpu" else "cpu"
    if name == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
    precision = config.precision
    if precision == "auto":
        precision = "bf16" if has_fast_bf16(name) else "fp32"
    threads = config.threads or usable_cores()
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    what = torch.cuda.get_device_name() if name == "cuda" else f"CPU, {threads} threads"
    return Device(name, precision, threads, f"{what}, {precision}")


def has_fast_bf16(name, cpuinfo="/proc/cpuinfo"):
    """bf16 pays where the processor multiplies it natively; elsewhere it is emulated and slower than fp32."""
    if name == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    try:
        with open(cpuinfo, encoding="utf-8") as file:
            flags = next((line for line in file if line.startswith("flags")), "").split()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def usable_cores():
    """Of this process: where torchrun starts several on a machine they share its cores."""
    all_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, all_cores // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))
