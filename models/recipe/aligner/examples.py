"""Question, answer, correction as token ids, and batches of them that hold about the same number of tokens."""

import json
import random
from pathlib import Path

import torch

TEMPLATE = "<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n{answer}<|im_end|>\n<|im_start|>correction\n"
IGNORED = -100


def read_rows(paths):
    """Reads question, answer, correction from JSON lines, or from a JSON array as the paper's data has it."""
    rows = []
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        rows += json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines() if line]
    for number, row in enumerate(rows):
        missing = [name for name in ("question", "answer", "correction") if not isinstance(row.get(name), str)]
        if missing:
            raise SystemExit(f"row {number + 1}: expected the texts question, answer and correction, found no {missing[0]}")
    return rows


def encode(tokenizer, row, template=TEMPLATE):
    """Returns the ids of prompt and correction with the end token, how many of them are the prompt's, and where it decides.

    A correction decides at its first token, and at the first that departs from the answer: between the two it copies.
    """
    head, tail = template.split("{answer}")
    prompt = head.replace("{question}", row["question"]) + row["answer"] + tail
    prompt_ids = tokenizer(prompt).input_ids
    target = tokenizer(row["correction"], add_special_tokens=False).input_ids + [tokenizer.eos_token_id]
    kept = tokenizer(row["answer"], add_special_tokens=False).input_ids + [tokenizer.eos_token_id]
    apart = next((at for at, (a, b) in enumerate(zip(kept, target)) if a != b), 0)
    return {"ids": prompt_ids + target, "prompt": len(prompt_ids), "decides": sorted({0, apart}), "keeps": kept == target}


class Examples(torch.utils.data.Dataset):
    """Encoded rows. Rows over the greatest length are left out and counted: a cut one would lose its end token."""

    def __init__(self, rows, tokenizer, longest, template=TEMPLATE):
        encoded = [encode(tokenizer, row, template) for row in rows]
        self.items = [item for item in encoded if len(item["ids"]) <= longest]
        self.left_out = len(encoded) - len(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class TokenBatches(torch.utils.data.Sampler):
    """Batches of rows of like length with at most so many tokens, padding included; another order in every epoch."""

    def __init__(self, examples, tokens, seed):
        self.lengths = [len(item["ids"]) for item in examples.items]
        self.tokens, self.seed, self.epoch = tokens, seed, 0

    def set_epoch(self, epoch):
        """Chooses the order of an epoch."""
        self.epoch = epoch

    def __iter__(self):
        rng = random.Random(f"{self.seed}:{self.epoch}")
        order = sorted(range(len(self.lengths)), key=lambda i: (self.lengths[i] * rng.uniform(0.8, 1.25), i))
        batches, batch, longest = [], [], 0
        for index in order:
            longest = max(longest, self.lengths[index])
            if batch and longest * (len(batch) + 1) > self.tokens:
                batches.append(batch)
                batch, longest = [], self.lengths[index]
            batch.append(index)
        batches.append(batch)
        rng.shuffle(batches)
        return iter(batches)

    def __len__(self):
        return len(list(iter(self)))


def collate(items, pad, deciding=1.0, keeping=1.0):
    """Pads to the left, so that corrections end together; labels are the corrections' ids alone.

    The weights of the labels are 1, `deciding` times as much where a correction decides, and `keeping` times in an identity row.
    """
    width = max(len(item["ids"]) for item in items)
    ids, mask, labels, weights = [], [], [], torch.ones(len(items), width)
    for number, item in enumerate(items):
        gap, length = width - len(item["ids"]), len(item["ids"])
        weights[number, [gap + item["prompt"] + at for at in item["decides"]]] = deciding
        weights[number] *= keeping if item["keeps"] else 1
        ids.append([pad] * gap + item["ids"])
        mask.append([0] * gap + [1] * length)
        labels.append([IGNORED] * (gap + item["prompt"]) + item["ids"][item["prompt"]:])
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask), "labels": torch.tensor(labels),
            "weights": weights}
