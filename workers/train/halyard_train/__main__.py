"""The command line: `train` and `bench`.

Exit codes: 0 done, 1 a fault of ours, 2 something the caller can put right, 3 standard input closed.
"""

import argparse
import dataclasses
import os
import sys
import traceback

from .config import load_config
from .dataset import open_dataset
from .errors import UserError, is_out_of_memory
from .events import Events, exit_when_input_closes
from .files import publish_json
from .lock import lock_run


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UserError(f"{message}; {self.format_usage().strip()}")


def parse(arguments):
    parser = Parser(prog="halyard_train")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train on a dataset folder into a run folder")
    train.add_argument("--dataset", required=True)
    train.add_argument("--run", required=True)
    train.add_argument("--config", help="JSON file; with --resume the run folder's own by default")
    train.add_argument("--resume", action="store_true", help="go on from the run folder's last checkpoint")
    bench = commands.add_parser("bench", help="images per second of the trainer and of the bare loop")
    bench.add_argument("--turns", type=int, default=5)
    return parser.parse_args(arguments)


def take_run_folder(options, config, kept):
    """Make the run folder this trainer's own, with its config in it."""
    os.makedirs(options.run, exist_ok=True)
    lock_run(options.run)
    if not options.resume:
        for name in ("checkpoint.pt", "model.onnx", "metrics.json"):
            if os.path.exists(os.path.join(options.run, name)):
                raise UserError(f"{options.run}: holds a {name} already; give --resume or choose another run folder")
    publish_json(kept, dataclasses.asdict(config))


def run_train(options, events, leads):
    kept = os.path.join(options.run, "config.json")
    source = options.config or (kept if options.resume else None)
    if source is None:
        raise UserError("--config is missing; a new run needs its config file")
    config = load_config(source)
    dataset = open_dataset(options.dataset, config.feature_schema)
    if leads:
        take_run_folder(options, config, kept)
    from .train import train  # imports torch: seconds, in which refusals should not have to wait

    train(dataset, options.run, config, events)


def main():
    leads = os.environ.get("RANK", "0") == "0"  # of the processes that torchrun started, the first tells and writes
    events = Events.take_standard_output() if leads else Events.to_nobody()
    exit_when_input_closes()
    try:
        options = parse(sys.argv[1:])
        if options.command == "train":
            run_train(options, events, leads)
        else:
            from .bench import bench

            bench(options.turns, events)
    except UserError as error:
        events.emit("error", message=str(error))
        return 2
    except Exception as error:
        traceback.print_exc()
        if is_out_of_memory(error):
            what = "there was not enough memory; a smaller batch needs less, and so do fewer threads"
            events.emit("error", message=f"{what} ({error})" if str(error) else what)
        else:
            events.emit("error", message=f"the trainer failed: {type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
