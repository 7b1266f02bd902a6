"""Trains the corrector: copying and planted edits first, then real corrections with identity rows kept in the mix."""

import argparse
import json
import math
import time
from pathlib import Path

import model
import torch
from rows import Rows
from torch.nn import functional
from transformers import AutoTokenizer, PegasusForConditionalGeneration

LONGEST = 200


def batches(rows, args, schedule):
    """Yields (step, [(source, target), ...]): rows of like length, about a fixed number of tokens a batch."""
    step, pending = 0, []
    while schedule.progress(step) < 1:
        pool = []
        while len(pool) < args.pool:
            source, target = rows.draw(schedule.progress(step) < args.warm_share)
            if target and len(source) < LONGEST and len(target) < LONGEST:
                pool.append((source, target))
        pool.sort(key=lambda row: (max(len(row[0]), len(row[1])), rows.rng.random()))
        batch = []
        for row in pool:
            longest = max(len(row[0]), len(row[1])) + 1
            if batch and longest * (len(batch) + 1) > args.tokens:
                pending.append(batch)
                batch = []
            batch.append(row)
        pending.append(batch)
        rows.rng.shuffle(pending)
        while pending and schedule.progress(step) < 1:
            yield step, pending.pop()
            step += 1


def padded(lists, value):
    """Returns a tensor of id lists, padded at the right."""
    size = max(map(len, lists))
    return torch.tensor([ids + [value] * (size - len(ids)) for ids in lists])


def loss_of(network, batch, pad, eos):
    """Returns the mean cross entropy of the target tokens and their end tokens."""
    source = padded([s + [eos] for s, _ in batch], pad)
    labels = padded([t + [eos] for _, t in batch], -100)
    prompt = torch.cat([torch.full((len(batch), 1), pad), labels[:, :-1].clamp_min(0)], 1)
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(input_ids=source, attention_mask=(source != pad).long(), decoder_input_ids=prompt,
                         use_cache=False).logits
    return functional.cross_entropy(logits.float().flatten(0, 1), labels.flatten(), ignore_index=-100)


class Schedule:
    """Says how far the training is: by steps, or by the clock where that is further, so that a run ends when planned."""

    def __init__(self, steps, minutes):
        self.steps, self.seconds, self.begun = steps, 60 * minutes, time.time()

    def progress(self, step):
        return max(step / self.steps, (time.time() - self.begun) / self.seconds)


def rate(step, progress, args):
    """Returns the learning rate: linear warm-up, then a cosine down to a fiftieth."""
    share = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    return args.rate * share * min(1.0, (step + 1) / args.warm_up)


def save(network, tokenizer, folder):
    """Writes a checkpoint that transformers loads."""
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder that prepare.py wrote")
    parser.add_argument("--tokenizer", required=True, help="folder that tokenizer.py wrote")
    parser.add_argument("--out", required=True, help="folder for checkpoints")
    parser.add_argument("--start", help="checkpoint to start from, with a fresh optimizer")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--minutes", type=float, default=1e9, help="wall-clock limit, for which the schedule is shortened")
    parser.add_argument("--stop", type=int, default=10 ** 9, help="step to stop at, before the schedule's end")
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens a side and batch")
    parser.add_argument("--pool", type=int, default=2048, help="rows sorted by length at a time")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--warm-up", type=int, default=200, help="steps of rising learning rate")
    parser.add_argument("--warm-share", type=float, default=0.2, help="share of the steps spent on the first mixture")
    parser.add_argument("--local", action="store_true", help="keep only those edits of a reference that touch a toxic term")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20240204)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    tokenizer = AutoTokenizer.from_pretrained(args.tokenizer)
    pad, eos = tokenizer.pad_token_id, tokenizer.eos_token_id
    if args.start:
        network = PegasusForConditionalGeneration.from_pretrained(args.start, dropout=args.dropout,
                                                                  attn_implementation="eager")
    else:
        network = model.create(model.config(len(tokenizer), pad, eos))
    trained = [p for name, p in network.named_parameters() if "embed_positions" not in name]
    optimizer = torch.optim.AdamW(trained, lr=args.rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    rows = Rows(args.data, tokenizer, args.seed, args.local)
    print("parameters", sum(p.numel() for p in trained), vars(args), flush=True)
    network.train()
    begun, seen, total, count = time.time(), 0, 0.0, 0
    schedule = Schedule(args.steps, args.minutes)
    for step, batch in batches(rows, args, schedule):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, schedule.progress(step), args)
        loss = loss_of(network, batch, pad, eos)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        seen += sum(len(t) + 1 for _, t in batch)
        total, count = total + loss.item(), count + 1
        if (step + 1) % 25 == 0:
            print(json.dumps({"step": step + 1, "loss": round(total / count, 4), "tokens": seen,
                              "seconds": round(time.time() - begun, 1)}), flush=True)
            total, count = 0.0, 0
        if (step + 1) % args.every == 0:
            save(network, tokenizer, Path(args.out) / f"step-{step + 1}")
        if step + 1 == args.stop:
            break
    save(network, tokenizer, Path(args.out) / "last")


if __name__ == "__main__":
    main()
