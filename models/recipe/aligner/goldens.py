"""Writes goldens.json: what the shipped files answer, driven by optimum and transformers, to answers of our own."""

import argparse
import importlib.metadata
import json
from pathlib import Path

import torch
from examples import encode
from optimum.onnxruntime import ORTModelForCausalLM
from transformers import AutoTokenizer
from triples import textio

HERE = Path(__file__).parent
PACKAGES = ("transformers", "optimum-onnx", "onnxruntime", "tokenizers", "torch")


def cases(paths, step):
    """Returns every so many rows of our own answers: good ones, and some that are to be corrected."""
    return [{"id": row["id"], "question": row["question"], "answer": row["answer"]} for path in paths for row in textio.read_rows(path)[::step]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipped", type=Path, required=True, help="the folder of the exported model")
    parser.add_argument("--rows", type=Path, nargs="*", default=[HERE / "authored" / name for name in ("examples.jsonl", "keep.jsonl")])
    parser.add_argument("--step", type=int, default=1, help="take one row in so many")
    parser.add_argument("--out", type=Path, default=HERE / "goldens.json")
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.shipped)
    model = ORTModelForCausalLM.from_pretrained(args.shipped, use_io_binding=False)
    sheet = json.loads((args.shipped / "aligner.json").read_text())
    lines, changed = [], 0
    for case in cases(args.rows, args.step):
        encoded = encode(tokenizer, {**case, "correction": ""}, sheet["template"])
        ids = encoded["ids"][:encoded["prompt"]]
        prompt = torch.tensor([ids])
        out = model.generate(input_ids=prompt, attention_mask=torch.ones_like(prompt), num_beams=1, do_sample=False,
                             max_new_tokens=sheet["max_new_tokens"])
        made = out[0, len(ids):].tolist()
        text = tokenizer.decode(made, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        changed += text != case["answer"]
        lines.append(json.dumps({**case, "input_ids": ids, "token_ids": made, "output": text}, ensure_ascii=False))
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    args.out.write_text(f'{{"versions": {json.dumps(versions)},\n "cases": [\n  ' + ",\n  ".join(lines) + "\n]}\n", encoding="utf-8")
    print(len(lines), "cases,", changed, "changed")


if __name__ == "__main__":
    main()
