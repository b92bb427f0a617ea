"""metrics.json: what the registry, the model page and a later reader need to know of a version."""

import dataclasses
import platform

import numpy as np
import onnx
import onnxruntime
import torch

from . import VERSION
from .dataset import CLASSES, schemas_of

MIXES = {
    "sampled": "rows count alike; probabilities are softmax(logits / temp_scaling)",
    "natural": "rows count by natural-prevalence weight; probabilities are softmax(logits / temp_scaling + biases)",
}


def metrics_file(dataset, rows, config, device, calibration, evaluation, progress, exported, notes):
    """The whole of metrics.json as plain values. rows: those that were trained on."""
    manifest = dataset.manifest
    return {
        "version": config.version,
        "class_map": CLASSES,
        "temp_scaling": calibration.temperatures.tolist(),
        "biases": calibration.biases.tolist(),
        "thresholds": calibration.thresholds,
        "calibration": calibration.method,
        "dataset_hash": manifest["hash"],
        "feature_schema_ver": config.feature_schema,
        "feature_schema_hash": schemas_of(manifest)[str(config.feature_schema)],
        "quantisation": manifest.get("quantisation"),
        "train_prior": manifest["train_prior"],
        "natural_prior": manifest["natural_prior"],
        "training_rows": np.bincount(dataset.label[rows], minlength=len(CLASSES)).tolist(),
        "mixes": MIXES,
        **evaluation,
        "best_epoch": progress["best_epoch"],
        "best_macro_f1": progress["best_macro_f1"],
        "epochs": progress["history"],
        "model": exported,
        "config": dataclasses.asdict(config),
        "seed": config.seed,
        "device": device.words,
        "library_versions": {
            "halyard_train": VERSION,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "notes": notes,
    }
