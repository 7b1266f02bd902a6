"""Writes goldens.json: what the shipped files answer, driven by optimum and transformers, to sentences of our own."""

import argparse
import importlib.metadata
import json
from pathlib import Path

from engines import generate, load

PACKAGES = ("transformers", "optimum-onnx", "onnxruntime", "tokenizers", "torch")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shipped", required=True, help="folder that quantize.py wrote")
    parser.add_argument("--sentences", default=Path(__file__).parent / "goldens" / "sentences.txt", help="one a line")
    parser.add_argument("--out", default=Path(__file__).parent / "goldens" / "goldens.json")
    args = parser.parse_args()
    tokenizer, model = load(args.shipped, "ort")
    cases = []
    for text in Path(args.sentences).read_text(encoding="utf-8").splitlines():
        ids = tokenizer(text)["input_ids"]
        made = generate(tokenizer, model, ids)
        output = tokenizer.decode(made, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        cases.append({"text": text, "input_ids": ids, "token_ids": made, "output": output})
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    lines = ",\n  ".join(json.dumps(case, ensure_ascii=False) for case in cases)
    Path(args.out).write_text(f'{{"versions": {json.dumps(versions)},\n "cases": [\n  {lines}\n]}}\n', encoding="utf-8")
    print(len(cases), "cases,", sum(c["text"] != c["output"] for c in cases), "changed")


if __name__ == "__main__":
    main()
