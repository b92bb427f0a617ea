"""Halyard's trainer. It knows no markets: a dataset folder comes in, an ONNX classifier and its metrics go out."""

VERSION = "1.0.0"
