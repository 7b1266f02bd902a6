"""Compares the exports with PyTorch on test sentences: equal ids, or a tie of the two best logits where they part."""

import argparse
from pathlib import Path

import numpy as np
import style
import textio
import torch
from engines import generate, load

TIE = 1e-5


def test_sentences(data, count):
    """Returns test sentences: toxic ones, raw and in chat style, and clean ones, by turns."""
    pairs = textio.read_rows(data / "pairs-test.jsonl")
    clean = textio.read_rows(data / "hh-test.jsonl")
    found = [t for row, text in zip(pairs, clean) for t in (row["toxic"], style.chat(row["toxic"]), text)]
    return found[:count]


def margin(model, prompt, shared):
    """Returns the difference of the two best logits after a shared beginning of the output."""
    start = torch.tensor([[model.config.decoder_start_token_id, *shared]])
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([prompt]), decoder_input_ids=start).logits[0, -1]
    best = torch.topk(logits, 2).values
    return float(best[0] - best[1])


def compare(name, reference, other, tokenizer, texts):
    """Prints how many outputs are equal and lists the first difference of the others."""
    equal, tied, parted = 0, 0, []
    for text in texts:
        prompt = tokenizer(text)["input_ids"]
        a, b = generate(tokenizer, reference, prompt), generate(tokenizer, other, prompt)
        if a == b:
            equal += 1
            continue
        at = next((i for i, pair in enumerate(zip(a, b)) if pair[0] != pair[1]), min(len(a), len(b)))
        gap = margin(reference, prompt, a[:at])
        tied += gap <= TIE
        parted.append((at, gap))
    print(f"{name}: {equal} of {len(texts)} outputs have equal ids, {tied} part at a tie (top two within {TIE:g})")
    for at, gap in parted:
        print(f"  parts at token {at}, top two logits {gap:.6f} apart{'' if gap <= TIE else ', not a tie'}")
    return equal + tied == len(texts)


class Steps:
    """Runs the merged decoder with any number of tokens a step."""

    def __init__(self, model):
        self.model = model
        self.names = [o.name for o in model.decoder.session.get_outputs()]
        self.inputs = [i for i in model.decoder.session.get_inputs()]

    def encode(self, prompt):
        """Runs the encoder and forgets the cache."""
        ids = np.array([prompt], np.int64)
        self.mask, self.past = np.ones_like(ids), {}
        self.hidden = self.model.encoder.session.run(None, {"input_ids": ids, "attention_mask": self.mask})[0]

    def step(self, tokens):
        """Returns the logits of the tokens."""
        feed = {"input_ids": np.array([tokens], np.int64), "encoder_attention_mask": self.mask,
                "encoder_hidden_states": self.hidden, "use_cache_branch": np.array([bool(self.past)])}
        for item in self.inputs:
            if item.name.startswith("past_key_values"):
                feed[item.name] = self.past.get(item.name, np.zeros((1, item.shape[1], 0, item.shape[3]), np.float32))
        found = dict(zip(self.names, self.model.decoder.session.run(None, feed)))
        for name, value in found.items():
            if name.startswith("present") and (not feed["use_cache_branch"][0] or ".decoder." in name):
                self.past[name.replace("present", "past_key_values")] = value
        return found["logits"][0]


def width(model, tokenizer, texts):
    """Prints whether logits depend on how many tokens share a step."""
    steps, worst, same, total = Steps(model), 0.0, 0, 0
    for text in texts:
        prompt = tokenizer(text)["input_ids"]
        tokens = [model.config.decoder_start_token_id, *generate(tokenizer, model, prompt)[:-1]]
        steps.encode(prompt)
        single = np.concatenate([steps.step([token]) for token in tokens])
        for size in (2, 5, len(tokens)):
            steps.encode(prompt)
            wide = np.concatenate([steps.step(tokens[i:i + size]) for i in range(0, len(tokens), size)])
            worst = max(worst, float(np.abs(single - wide).max()))
            same, total = same + int((single.argmax(1) == wide.argmax(1)).sum()), total + len(tokens)
    print(f"step width: {same} of {total} next tokens equal for steps of 1, 2, 5 and all tokens; logits differ by at most {worst:.2e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder that prepare.py wrote")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--export", required=True, help="folder that export.py wrote")
    parser.add_argument("--shipped", required=True, help="folder that quantize.py wrote")
    parser.add_argument("--count", type=int, default=200)
    args = parser.parse_args()
    texts = test_sentences(Path(args.data), args.count)
    tokenizer, network = load(args.checkpoint, "torch")
    export, shipped = load(args.export, "ort")[1], load(args.shipped, "ort")[1]
    sound = compare("fp32 export against PyTorch", network, export, tokenizer, texts)
    compare("shipped files against PyTorch", network, shipped, tokenizer, texts)
    width(shipped, tokenizer, texts[:30])
    raise SystemExit(0 if sound else 1)


if __name__ == "__main__":
    main()
