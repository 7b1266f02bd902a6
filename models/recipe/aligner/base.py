"""Makes a base of a pretrained language model in a GGUF file: reads the weights, and prunes the vocabulary to what a text needs.

A byte-level BPE stays exact under pruning wherever no dropped token would have stood: merges keep their order, every
kept token keeps the merges that make it, and a text whose tokens are all kept is cut as before. Any other text can
still be written, in more tokens.
"""

import argparse
import collections
import json
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, PreTrainedTokenizerFast

BYTES = 256


def byte_spellings():
    """Returns how byte-level BPE spells the 256 bytes, in the order of the bytes."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = iter(range(BYTES, 2 * BYTES))
    return [chr(b) if b in plain else chr(next(others)) for b in range(BYTES)]


def read_texts(paths):
    """Yields pieces of the text files and of the strings of the JSON lines at the paths."""
    for path in paths:
        for file in sorted(p for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file()):
            for line in file.read_text(encoding="utf-8", errors="ignore").splitlines(keepends=True):
                yield from strings_of(json.loads(line)) if file.suffix == ".jsonl" else [line]


def strings_of(value):
    """Yields every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings_of(item)


def exact_tokenizer(description):
    """Mends what a GGUF file does not tell: single digits, no special tokens around a text, every byte has a token."""
    description["normalizer"] = None
    description["post_processor"] = None
    description["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": True},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]}
    description["decoder"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    description["model"].update({"unk_token": None, "fuse_unk": False, "byte_fallback": False})
    return description


def count_tokens(description, paths):
    """Counts how often each token stands in the texts."""
    tokenizer = Tokenizer.from_str(json.dumps(description))
    counts, batch = collections.Counter(), []
    for text in read_texts(paths):
        batch.append(text)
        if len(batch) == 10_000:
            counts.update(i for e in tokenizer.encode_batch(batch) for i in e.ids)
            batch = []
    counts.update(i for e in tokenizer.encode_batch(batch) for i in e.ids)
    return counts


def choose(description, counts, size):
    """Returns the kept tokens in their order: special ones and bytes, then the most frequent with all that they are made of."""
    model = description["model"]
    parts = {left + right: (left, right) for left, right in reversed([tuple(m) for m in model["merges"]])}
    spelling = {i: token for token, i in model["vocab"].items()}
    special = [token["content"] for token in description["added_tokens"]]
    kept = dict.fromkeys([*special, *byte_spellings()])
    by_need = sorted(model["vocab"].values(), key=lambda i: (-counts[i], i))
    for index in by_need:
        needed, open_parts = [], [spelling[index]]
        while open_parts:
            token = open_parts.pop()
            if token not in kept and token not in needed:
                needed.append(token)
                open_parts += parts.get(token, ())
        if len(kept) + len(needed) <= size:
            kept.update(dict.fromkeys(needed))
    rest = sorted(set(kept) - set(special) - set(byte_spellings()), key=model["vocab"].get)
    return [*special, *byte_spellings(), *rest]


def pruned(description, kept):
    """Returns the description with the kept tokens alone."""
    numbers = {token: i for i, token in enumerate(kept)}
    model = description["model"]
    merges = [m for m in model["merges"] if m[0] in numbers and m[1] in numbers and m[0] + m[1] in numbers]
    added = [{**token, "id": numbers[token["content"]]} for token in description["added_tokens"]]
    return {**description, "added_tokens": added, "model": {**model, "vocab": numbers, "merges": merges}}


def prune_weights(model, old, kept):
    """Takes the rows of the kept tokens; a byte that had no token gets the mean row."""
    table = model.get_input_embeddings().weight.data
    mean = table.mean(dim=0)
    rows = torch.stack([table[old[token]] if token in old else mean for token in kept])
    head = model.get_output_embeddings().weight.data
    tied = head.data_ptr() == table.data_ptr()
    head_rows = None if tied else torch.stack([head[old[t]] if t in old else head.mean(dim=0) for t in kept])
    model.resize_token_embeddings(len(kept), mean_resizing=False)
    model.get_input_embeddings().weight.data.copy_(rows)
    if not tied:
        model.get_output_embeddings().weight.data.copy_(head_rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gguf", type=Path, required=True, help="the pretrained model; a byte-level BPE of the Llama kind")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="files and folders whose tokens are kept")
    parser.add_argument("--size", type=int, default=32_000, help="tokens to keep")
    parser.add_argument("--licence", type=Path, help="copied beside the weights")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    folder, name = str(args.gguf.parent), args.gguf.name
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
    description = exact_tokenizer(json.loads(tokenizer.backend_tokenizer.to_str()))
    counts = count_tokens(description, args.texts)
    kept = choose(description, counts, args.size)
    old = description["model"]["vocab"]
    kept_before = {old[token] for token in kept if token in old}
    lost = sum(n for i, n in counts.items() if i not in kept_before)
    print(f"{len(kept)} of {len(old)} tokens kept; {lost} of {sum(counts.values())} places in the texts held a dropped one")
    prune_weights(model, old, kept)
    numbers = {token: i for i, token in enumerate(kept)}
    start, end = "<|im_start|>", "<|im_end|>"
    for config in (model.config, model.generation_config):
        config.bos_token_id, config.eos_token_id, config.pad_token_id = numbers[start], numbers[end], numbers[end]
    model.generation_config = GenerationConfig(
        bos_token_id=numbers[start], eos_token_id=numbers[end], pad_token_id=numbers[end])
    model.config.unk_token_id = None
    model.save_pretrained(args.out)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(pruned(description, kept))),
        bos_token=start, eos_token=end, pad_token=end, clean_up_tokenization_spaces=False)
    fast.save_pretrained(args.out)
    if args.licence:
        shutil.copy(args.licence, args.out / "LICENSE")


if __name__ == "__main__":
    main()
