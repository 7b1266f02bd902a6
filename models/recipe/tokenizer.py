"""Trains the byte-level BPE tokenizer: cased, no normaliser, text in equals text out; special tokens <pad>, </s>."""

import argparse
from pathlib import Path

import textio
from style import chat
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

VOCABULARY = 8192


def corpus(data):
    """Yields every training text: raw, in chat style, capitalised."""
    for row in textio.read_rows(data / "pairs-train.jsonl"):
        for text in [row["toxic"], row["toxic"], *row["neutral"]]:
            yield text
            yield chat(text)
        yield row["toxic"].title()
    for name in ("comments", "hh", "truthfulqa"):
        for text in textio.read_rows(data / f"{name}-train.jsonl"):
            yield text


def build(texts):
    """Trains the tokenizer and makes it append the end token."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=["<pad>", "</s>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))])
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder that prepare.py wrote")
    parser.add_argument("--out", required=True, help="folder for the tokenizer's files")
    args = parser.parse_args()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=build(corpus(Path(args.data))), pad_token=AddedToken("<pad>", special=True),
        eos_token=AddedToken("</s>", special=True), model_max_length=512, clean_up_tokenization_spaces=False)
    fast.save_pretrained(args.out)
    print("vocabulary", len(fast))


if __name__ == "__main__":
    main()
