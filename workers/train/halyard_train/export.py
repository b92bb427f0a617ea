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
OUTPUTS = ["logits", "probs", "quality", "pole_katr", "embed"]
TOLERANCE = 1e-4


class ParityError(RuntimeError):
    """The exported graph does not compute what PyTorch computes."""


class Graph(nn.Module):
    """forward(image uint8 [N,64,64,3]) → OUTPUTS; quality is the largest of probs."""

    def __init__(self, net, temperatures, biases):
        super().__init__()
        self.net = net
        self.register_buffer("temperatures", torch.tensor(temperatures, dtype=torch.float32))
        self.register_buffer("biases", torch.tensor(biases, dtype=torch.float32))

    def forward(self, image):
        logits, log_pole, embedding = self.net(image)
        probs = F.softmax(logits / self.temperatures + self.biases, dim=1)
        return logits, probs, probs.amax(1), log_pole.exp(), F.normalize(embedding, dim=1)


def export_onnx(net, calibration, images, path):
    """Write the graph of net (on the CPU) to path and hold it against PyTorch on images uint8 [n,64,64,3].

    Returns {"opset", "parity" (largest absolute difference), "sha256", "bytes"}. Raises ParityError above TOLERANCE.
    """
    graph = Graph(net, calibration.temperatures, calibration.biases).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notice that it is deprecated: it is meant, and torch is pinned
        torch.onnx.export(
            graph,
            (images[:2],),
            path,
            dynamo=False,
            opset_version=OPSET,
            input_names=["image"],
            output_names=OUTPUTS,
            dynamic_axes={name: {0: "N"} for name in ["image", *OUTPUTS]},
        )
    with open(path, "rb") as file:
        content = file.read()
    opset = onnx.load_from_string(content).opset_import[0].version
    parity = largest_difference(graph, path, images)
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


def largest_difference(graph, path, images):
    """The largest absolute difference over all outputs, for the whole batch and for its first image alone."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    worst = 0.0
    for part in (images, images[:1]):
        with torch.no_grad():
            ours = graph(part)
        theirs = session.run(OUTPUTS, {"image": part.numpy()})
        for a, b in zip(ours, theirs, strict=True):
            difference = np.abs(a.numpy() - b)
            worst = max(worst, float(difference.max()) if a.shape == b.shape else np.inf)
    return worst
