"""Runs a model from Python, with PyTorch or ONNX Runtime, on the same JSON lines as the Java command line."""

import argparse
import sys

import onnxruntime
import sentences
import textio
import torch
from optimum.onnxruntime import ORTModelForSeq2SeqLM
from transformers import AutoTokenizer, PegasusForConditionalGeneration


def load(folder, kind, threads=1):
    """Returns (tokenizer, model) of a folder; kind is torch or ort."""
    torch.set_num_threads(threads)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if kind == "torch":
        return tokenizer, PegasusForConditionalGeneration.from_pretrained(folder, attn_implementation="eager").eval()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return tokenizer, ORTModelForSeq2SeqLM.from_pretrained(folder, session_options=options, use_io_binding=False)


def generate(tokenizer, model, ids, longest=None):
    """Returns the ids generated for one sentence: final end token included, no start token."""
    prompt = torch.tensor([ids])
    with torch.no_grad():
        out = model.generate(input_ids=prompt, attention_mask=torch.ones_like(prompt), num_beams=1, do_sample=False,
                             max_new_tokens=longest or 2 * len(ids) + 16)
    return out[0, 1:].tolist()


def correct(tokenizer, model, text):
    """Corrects a text sentence by sentence; returns the correction and whether every sentence came to its end."""
    def fix(sentence):
        ids = generate(tokenizer, model, tokenizer(sentence)["input_ids"])
        fixed = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return fixed, ids[-1] == tokenizer.eos_token_id
    return sentences.corrected(text, fix)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--engine", choices=("torch", "ort"), default="ort")
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, default=sys.maxsize, help="rows of each set")
    args = parser.parse_args()
    tokenizer, model = load(args.model, args.engine, args.threads)
    rows, counts = [], {}
    for row in textio.read_rows(args.input):
        counts[row["question"]] = counts.get(row["question"], 0) + 1
        if counts[row["question"]] <= args.limit:
            correction, ended = correct(tokenizer, model, row["answer"])
            rows.append({**row, "correction": correction, "finish_reason": "eos" if ended else "length"})
    textio.write_rows(args.output, rows)


if __name__ == "__main__":
    main()
