"""Writes aligner.json beside an exported model: its template, its limits, and where it comes from."""

import argparse
import hashlib
import importlib.metadata
import json
from pathlib import Path

from examples import TEMPLATE

PACKAGES = ("torch", "transformers", "peft", "onnx", "onnxruntime", "tokenizers")


def versions():
    """Returns the versions of the packages that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the folder of the exported model")
    parser.add_argument("--name", required=True)
    parser.add_argument("--template", default=TEMPLATE, help="what train.py was given")
    parser.add_argument("--max-prompt-tokens", type=int, default=1024)
    parser.add_argument("--max-new-tokens", type=int, default=768)
    parser.add_argument("--base", default="", help="name and licence of the base, as NAME:SPDX")
    parser.add_argument("--data", nargs="*", default=[], help="names and licences of the data, as NAME:SPDX")
    parser.add_argument("--seed", type=int, default=20240204)
    args = parser.parse_args()
    licensed = lambda text: dict(zip(("name", "license"), text.rsplit(":", 1)))
    sheet = {
        "version": 1, "name": args.name, "template": args.template, "segmentation": "none",
        "max_prompt_tokens": args.max_prompt_tokens, "max_new_tokens": args.max_new_tokens,
        "provenance": {
            "recipe": "models/recipe/aligner", **({"base": licensed(args.base)} if args.base else {}),
            "data": [licensed(text) for text in args.data], "seed": args.seed,
            "graph_sha256": hashlib.sha256((args.model / "model.onnx").read_bytes()).hexdigest(), "versions": versions()}}
    (args.model / "aligner.json").write_text(json.dumps(sheet, indent=2) + "\n")


if __name__ == "__main__":
    main()
