"""Compares the command line with PyTorch on checkpoints and settings that no golden holds. See README.md."""

import argparse
import logging
import os
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS="1")

import torch
import transformers

import parity_cases
import parity_cli
import parity_judge
import parity_layouts
import parity_models


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=parity_models.ARCHITECTURES, help="architectures")
    parser.add_argument("--layouts", nargs="*", help="layouts of parity_layouts.py; by default some for each seed")
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable(logging.INFO)
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    cli, total = parity_cli.Cli(), Counter()
    for architecture in arguments.only:
        for seed in arguments.seeds:
            total += run(cli, architecture, seed, arguments.layouts)
    print("total:", *(f"{kind} {count}" for kind, count in sorted(total.items())))


def run(cli, architecture: str, seed: int, layouts: list | None) -> Counter:
    """Every setting over every layout of one checkpoint."""
    start, counts = time.monotonic(), Counter()
    try:
        checkpoint = parity_models.Checkpoint(architecture, seed)
    except Exception as failure:
        print(f"{architecture} {seed}: NO CHECKPOINT: {failure}", flush=True)
        return Counter({"not built": 1})
    for layout in layouts or parity_layouts.of(checkpoint):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                parity_layouts.write(checkpoint, layout, Path(scratch))
            except Exception as failure:
                text = str(failure).strip().splitlines() or [type(failure).__name__]
                print(f"{architecture} {seed} {layout}: NOT EXPORTED: {text[-1][:200]}", flush=True)
                counts["not exported"] += 1
                continue
            try:
                found = compare(cli, checkpoint, layout, Path(scratch))
            except Exception as failure:
                print(f"{architecture} {seed} {layout}: NOT JUDGED: {str(failure)[:200]}", flush=True)
                found = Counter({"not judged": 1})
        counts += found
        print(f"{architecture} {seed} {layout}:", *(f"{k} {n}" for k, n in sorted(found.items())),
              f"({time.monotonic() - start:.0f} s)", flush=True)
    return counts


def compare(cli, checkpoint, layout: str, folder: Path) -> Counter:
    judge = parity_judge.Judge(checkpoint, layout, folder)
    prompts, counts = checkpoint.prompts, Counter()
    plain = judge.expected(prompts[-1], parity_cases.GREEDY).sequences[0]
    prompts = prompts + [prompts[1] + plain[:6]]
    words = [checkpoint.tokenizer.decode([i]) for i in plain]
    length = 1 if checkpoint.seq2seq else len(prompts[-1])
    for name, options in parity_cases.settings(checkpoint, plain, length, words):
        try:
            printed = cli.generate(folder, prompts, options)
        except parity_cli.CommandFailed as failure:
            counts["refused"] += 1
            print(f"  REFUSED {name} {options}: {str(failure)[:400]}", flush=True)
            continue
        for ids, line in zip(prompts, printed):
            kind, detail = judge.compare(ids, options, line)
            counts[kind] += 1
            if kind != "equal":
                print(f"  {kind.upper()} {name} {options} on {ids}: {detail}", flush=True)
    return counts


if __name__ == "__main__":
    main()
