"""Merges a LoRA adapter into its base, which gives a checkpoint in the Hugging Face layout that any exporter takes."""

import argparse

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--adapter", required=True, help="the folder `last` that train.py wrote")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    model = AutoModelForCausalLM.from_pretrained(args.base, dtype=torch.float32)
    PeftModel.from_pretrained(model, args.adapter).merge_and_unload(safe_merge=True).save_pretrained(args.out)
    AutoTokenizer.from_pretrained(args.base).save_pretrained(args.out)


if __name__ == "__main__":
    main()
