"""Asks a running Halyard what the last window of a bar file shows.

    pip install -r examples/python/requirements.txt
    npx halyard token add me
    python examples/python/classify.py --token halyard_… --csv BTCUSDT-1h.csv --timeframe 1h

The file is an exchange's kline CSV (12 columns: open time in ms or µs, open, high, low, close, volume, …, taker buy
volume as the tenth). Answers with one line of JSON. To use it from a program, take `connect` and `classify_bars`.
"""

import argparse
import csv
import json
import os
import sys
from pathlib import Path

import grpc

# Makes the message classes from the proto file; a program of your own may generate them once with grpcio-tools.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "proto"))
protos, services = grpc.protos_and_services("pattern.proto")

SENT_BARS = 320
"""64 of the window and 256 before them, from which its indicators warm up; more is as good."""

TAKER_BUY_VOLUME = 9
LAST_MILLISECONDS = 10**14
"""A larger stamp counts microseconds."""


def connect(address: str) -> "services.PatternServiceStub":
    """A stub for `HOST:PORT`. Keep it: a channel serves any number of calls, from any thread."""
    return services.PatternServiceStub(grpc.insecure_channel(address))


def classify_bars(stub, token: str, bars: list, timeframe: str, deadline_s: float = 2.0, **named):
    """What the champion says of the window that ends with the last of `bars` (oldest first).

    `named` may hold `venue` and `symbol` of a series that the server knows, and `model_version`.
    Raises grpc.RpcError; its code says what kind of error it is, its details what to do.
    """
    request = protos.BarsRequest(bars=bars, timeframe=timeframe, **named)
    metadata = [("authorization", f"Bearer {token}")]
    return stub.ClassifyBars(request, timeout=deadline_s, metadata=metadata)


def read_klines(path: str) -> list:
    """The last bars of an exchange's kline CSV, as messages."""
    with open(path, newline="") as file:
        rows = [row for row in csv.reader(file) if row and row[0].isdigit()]
    return [to_bar(row) for row in rows[-SENT_BARS:]]


def to_bar(row: list[str]):
    stamp = int(row[0])
    open_, high, low, close, volume = map(float, row[1:6])
    bar = protos.Bar(
        ts=stamp if stamp < LAST_MILLISECONDS else stamp // 1000,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )
    if len(row) > TAKER_BUY_VOLUME:
        bar.taker_buy_volume = float(row[TAKER_BUY_VOLUME])
    return bar


def main() -> int:
    parser = argparse.ArgumentParser(description="Ask a running Halyard what the last window of a bar file shows.")
    parser.add_argument("--address", default="127.0.0.1:3001")
    parser.add_argument("--token", default=os.environ.get("HALYARD_TOKEN", ""), help="or in HALYARD_TOKEN")
    parser.add_argument("--csv", required=True)
    parser.add_argument("--timeframe", required=True, help="such as 15m or 1h")
    parser.add_argument("--venue", default="")
    parser.add_argument("--symbol", default="")
    given = parser.parse_args()
    try:
        reply = classify_bars(
            connect(given.address),
            given.token,
            read_klines(given.csv),
            given.timeframe,
            venue=given.venue,
            symbol=given.symbol,
        )
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
        return 1
    answer = {
        "class": reply.class_id,
        "quality": reply.quality,
        "probabilities": list(reply.probabilities),
        "pole_katr": reply.pole_katr if reply.HasField("pole_katr") else None,
        "embed": list(reply.embed),
        "model_version": reply.model_version,
    }
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
