"""Puts the quantised files where the library bundles them and writes aligner.json beside them."""

import argparse
import importlib.metadata
import json
import shutil
from pathlib import Path

from quantize import FORMATS
from transformers import PegasusForConditionalGeneration

FILES = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
         "encoder_model.onnx", "decoder_model_merged.onnx")
PACKAGES = ("torch", "transformers", "optimum-onnx", "onnx", "onnxruntime", "tokenizers")
DATA = [
    {"name": "s-nlp/paradetox: pairs", "license": "CC0-1.0"},
    {"name": "s-nlp/paradetox: comments that annotators would not rewrite", "license": "CC0-1.0"},
    {"name": "Anthropic/hh-rlhf: harmless-base", "license": "MIT"},
    {"name": "TruthfulQA: questions, answers and judge training file", "license": "Apache-2.0"},
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--shipped", required=True, help="folder that quantize.py wrote")
    parser.add_argument("--format", choices=FORMATS, default="weights8-floats", help="what quantize.py was told")
    parser.add_argument("--out", required=True, help="the module's resource folder")
    parser.add_argument("--seed", type=int, default=20240204)
    parser.add_argument("--max-prompt-tokens", type=int, default=192)
    parser.add_argument("--max-new-tokens", type=int, default=224)
    args = parser.parse_args()
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(Path(args.shipped) / name, out / name)
    network = PegasusForConditionalGeneration.from_pretrained(args.checkpoint)
    sheet = {
        "version": 1, "name": "detox", "template": "{answer}", "segmentation": "sentences",
        "max_prompt_tokens": args.max_prompt_tokens, "max_new_tokens": args.max_new_tokens,
        "provenance": {
            "recipe": "models/recipe", "data": DATA, "seed": args.seed,
            "parameters": sum(p.numel() for name, p in network.named_parameters() if "embed_positions" not in name),
            "quantization": FORMATS[args.format],
            "versions": {name: importlib.metadata.version(name) for name in PACKAGES}}}
    (out / "aligner.json").write_text(json.dumps(sheet, indent=2) + "\n")
    print("bytes in all", sum(file.stat().st_size for file in out.iterdir()))


if __name__ == "__main__":
    main()
