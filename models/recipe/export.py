"""Exports a checkpoint to ONNX in the Hugging Face layout: fp32 encoder and merged decoder with a key-value cache."""

import argparse
import json
from pathlib import Path

from optimum.exporters.onnx import onnx_export_from_model
from transformers import AutoTokenizer, PegasusForConditionalGeneration

KEPT = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "encoder_model.onnx",
        "decoder_model_merged.onnx")
OPSET = 17


def write_settings(folder, longest):
    """Writes explicit greedy generation settings and drops generation fields from the model's configuration."""
    config = json.loads((folder / "config.json").read_text())
    config = {name: value for name, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    settings = {name: config[name] for name in ("decoder_start_token_id", "eos_token_id", "pad_token_id")}
    settings |= {"do_sample": False, "num_beams": 1, "max_length": longest}
    settings["transformers_version"] = config["transformers_version"]
    (folder / "generation_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--max-length", type=int, default=512, help="most tokens a generation may hold")
    args = parser.parse_args()
    out = Path(args.out)
    network = PegasusForConditionalGeneration.from_pretrained(args.checkpoint, attn_implementation="eager").eval()
    onnx_export_from_model(network, out, opset=OPSET, task="text2text-generation-with-past", do_validation=False)
    AutoTokenizer.from_pretrained(args.checkpoint).save_pretrained(out)
    for file in out.iterdir():
        if file.name not in KEPT:
            file.unlink()
    write_settings(out, args.max_length)
    print({file.name: file.stat().st_size for file in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
