"""The ONNX file: normalisation, both heads, calibration and the unit-length embedding in one graph."""

import hashlib
import os
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from torch import nn

OPSET = 13
INPUTS = {"image": "uint8 [N,64,64,3]", "aux": "float32 [N,18]"}  # the second of feature schema 2 only
OUTPUTS = ["logits", "probs", "quality", "pole_katr", "embed"]
TOLERANCE = 1e-4


class ParityError(RuntimeError):
    """The exported graph does not compute what PyTorch computes."""


class Graph(nn.Module):
    """forward(INPUTS) → OUTPUTS; quality is the largest of probs."""

    def __init__(self, net, temperatures, biases):
        super().__init__()
        self.net = net
        self.register_buffer("temperatures", torch.tensor(temperatures, dtype=torch.float32))
        self.register_buffer("biases", torch.tensor(biases, dtype=torch.float32))

    def forward(self, *inputs):
        logits, log_pole, embedding = self.net(*inputs)
        probs = F.softmax(logits / self.temperatures + self.biases, dim=1)
        return logits, probs, probs.amax(1), log_pole.exp(), F.normalize(embedding, dim=1)


def export_onnx(net, calibration, inputs, path):
    """Write the graph of net (on the CPU) to path and hold it against PyTorch on inputs, a tensor for each of INPUTS.

    Returns {"opset", "parity" (largest absolute difference), "sha256", "bytes"}. Raises ParityError above TOLERANCE.
    """
    graph = Graph(net, calibration.temperatures, calibration.biases).eval()
    names = list(INPUTS)[: len(inputs)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notice that it is deprecated: it is meant, and torch is pinned
        torch.onnx.export(
            graph,
            tuple(tensor[:2] for tensor in inputs),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=OUTPUTS,
            dynamic_axes={name: {0: "N"} for name in [*names, *OUTPUTS]},
        )
    with open(path, "rb") as file:
        content = file.read()
    opset = onnx.load_from_string(content).opset_import[0].version
    parity = largest_difference(graph, path, dict(zip(names, inputs, strict=True)))
    if opset != OPSET or not parity <= TOLERANCE:
        raise ParityError(
            f"{os.path.basename(path)}: opset {opset}, largest difference from PyTorch {parity:.2e}; "
            f"opset {OPSET} and at most {TOLERANCE:.0e} are needed"
        )
    return {
        "opset": opset,
        "parity": parity,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def largest_difference(graph, path, inputs):
    """The largest absolute difference over all outputs, for the whole batch and for its first window alone."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for part in (inputs, {name: tensor[:1] for name, tensor in inputs.items()}):
        with torch.no_grad():
            ours = graph(*part.values())
        theirs = session.run(OUTPUTS, {name: tensor.numpy() for name, tensor in part.items()})
        for a, b in zip(ours, theirs, strict=True):
            difference = np.abs(a.numpy() - b)
            worst = max(worst, float(difference.max()) if a.shape == b.shape else np.inf)
    return worst
