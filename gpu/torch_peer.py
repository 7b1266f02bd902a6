"""Measures transformers' default generate on the same shapes, weights and prompts.

Prints lines of JSON as the command device-steps of aligner-benchmarks does. The cache is dynamic,
attention is sdpa, nothing is compiled.
"""
import argparse
import json
import statistics
import time

import torch
import transformers

import models

SEED = 7
WARM_UP = 5


def prompts(length, count, vocabulary):
    """The same linear congruence as in DeviceSteps.java."""
    state, rows = SEED, []
    for _ in range(count):
        row = []
        for _ in range(length):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            row.append(10 + (state >> 8) % (vocabulary - 20))
        rows.append(row)
    return rows


class Clock(transformers.StoppingCriteria):
    """Is asked after each step, and never stops."""

    def __init__(self):
        self.times = []

    def __call__(self, input_ids, scores, **kwargs):
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.times.append(time.perf_counter())
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


def measure(model, past, count, steps):
    ids = torch.tensor(prompts(past, count, model.config.vocab_size), device=model.device)
    clock = Clock()
    with torch.inference_mode():
        written = model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
            max_new_tokens=WARM_UP + steps + 1, min_new_tokens=WARM_UP + steps + 1,
            stopping_criteria=transformers.StoppingCriteriaList([clock]))
    between = [1000 * (b - a) for a, b in zip(clock.times, clock.times[1:])][-steps:]
    between.sort()
    median = statistics.median(between)
    return dict(median_ms=median, min_ms=between[0], p90_ms=between[len(between) * 9 // 10],
                steps_per_second=1000 / median,
                tokens=written[0, past:past + WARM_UP + steps].tolist())


def bandwidth(device):
    """Bytes read and written per second by a copy inside the memory of the device."""
    size = 2 << 30 if device == "cuda" else 64 << 20
    source = torch.empty(size, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    best = float("inf")
    for _ in range(12):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        target.copy_(source)
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - start)
    return 2 * size / best


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=models.SHAPES, required=True)
    parser.add_argument("--dtype", choices=["fp32", "fp16"], default="fp32")
    parser.add_argument("--past", default="128,512")
    parser.add_argument("--rows", default="1,16")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--label", default="")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    print(json.dumps(dict(engine="bandwidth", label=arguments.label, device=arguments.device,
                          bytes_per_second=bandwidth(arguments.device))), flush=True)
    dtype = torch.float16 if arguments.dtype == "fp16" else torch.float32
    model = models.reference(arguments.shape, SEED, arguments.device, dtype)
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 3
    for past in map(int, arguments.past.split(",")):
        for count in map(int, arguments.rows.split(",")):
            line = dict(engine="transformers", label=arguments.label, device=arguments.device,
                        past=past, rows=count,
                        versions=f"torch {torch.__version__}, "
                                 f"transformers {transformers.__version__}")
            try:
                line.update(measure(model, past, count, arguments.steps))
            except RuntimeError as e:
                line.update(failed=str(e).splitlines()[0])
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
