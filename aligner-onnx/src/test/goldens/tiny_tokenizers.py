"""Two small tokenizers trained on our own sentences, and the encoding that user text cannot break out of."""

import json

from tokenizers import (AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers,
                        processors, trainers)
from transformers import PreTrainedTokenizerFast

from texts import CORPUS

T5_EXTRA_IDS = [f"<extra_id_{i}>" for i in range(4)]
T5_SPECIALS = ["<pad>", "</s>", "<unk>"]
LLAMA_SPECIALS = ["<unk>", "<s>", "</s>", "<pad>"]
TRAINED_PIECES = 280
UNREACHABLE = "\u0000special\u0000{}\u0000"


def t5_tokenizer(vocab_size: int) -> PreTrainedTokenizerFast:
    """Unigram with Metaspace and byte fallback, laid out as T5's: pad 0, eos 1, unk 2, extra ids last."""
    normalizer = normalizers.NFKC()
    pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    byte_pieces = [f"<0x{b:02X}>" for b in range(256)]
    learned = vocab_size - len(T5_SPECIALS) - len(byte_pieces) - len(T5_EXTRA_IDS)
    pieces = _train_unigram(normalizer, pre_tokenizer, learned)
    vocab = ([(t, 0.0) for t in T5_SPECIALS] + [(t, 0.0) for t in byte_pieces] + pieces
             + [(t, 0.0) for t in T5_EXTRA_IDS])
    tok = Tokenizer(models.Unigram(vocab, unk_id=2, byte_fallback=True))
    tok.normalizer = normalizer
    tok.pre_tokenizer = pre_tokenizer
    tok.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    tok.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in T5_SPECIALS + T5_EXTRA_IDS])
    return _wrap(tok, pad_token="<pad>", eos_token="</s>", unk_token="<unk>",
                 additional_special_tokens=T5_EXTRA_IDS)


def llama_tokenizer(vocab_size: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE with the bos token put in front by the post-processor."""
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=LLAMA_SPECIALS, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tok.train_from_iterator(CORPUS, trainer)
    tok.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return _wrap(tok, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>")


def family_tokenizer(vocab_size: int, first: dict, last: dict, bos_first: bool, eos_last: bool
                     ) -> PreTrainedTokenizerFast:
    """Byte-level BPE over ASCII, with a family's special tokens at its first and last ids; other bytes are unknown."""
    tok = Tokenizer(models.BPE(unk_token=first.get("unk")))
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(last), special_tokens=list(first.values()), show_progress=False)
    tok.train_from_iterator((sentence for sentence in CORPUS if sentence.isascii()), trainer)
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in last.values()])
    assert tok.get_vocab_size() == vocab_size, tok.get_vocab_size()
    before, after = [first["bos"]] if bos_first else [], [first["eos"]] if eos_last else []
    if before + after:
        tok.post_processor = processors.TemplateProcessing(
            single=" ".join(before + ["$A"] + after), special_tokens=[(t, tok.token_to_id(t)) for t in before + after])
    return _wrap(tok, **{f"{role}_token": t for role, t in {**first, **last}.items()})


def safe_tokenizer(tok: Tokenizer) -> Tokenizer:
    """A copy for encoding user text, in which no text at all leads to the id of a special token.

    Taking the special tokens off the added-token list is not enough: a Unigram vocabulary holds them
    as ordinary pieces too, so their pieces get names that cannot be typed.
    """
    spec = json.loads(tok.to_str())
    special = {t["content"] for t in spec["added_tokens"] if t["special"]}
    spec["added_tokens"] = [t for t in spec["added_tokens"] if not t["special"]]
    vocab = spec["model"]["vocab"]
    if isinstance(vocab, dict):
        spec["model"]["vocab"] = {_unreachable(t, i, special): i for t, i in vocab.items()}
    else:
        spec["model"]["vocab"] = [[_unreachable(t, i, special), s] for i, (t, s) in enumerate(vocab)]
    return Tokenizer.from_str(json.dumps(spec))


def _unreachable(piece: str, index: int, special: set) -> str:
    return UNREACHABLE.format(index) if piece in special else piece


def _train_unigram(normalizer, pre_tokenizer, size: int) -> list:
    """The `size` best learned pieces with their scores, rounded because the trainer's last digits vary."""
    tok = Tokenizer(models.Unigram())
    tok.normalizer = normalizer
    tok.pre_tokenizer = pre_tokenizer
    trainer = trainers.UnigramTrainer(
        vocab_size=TRAINED_PIECES, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False)
    tok.train_from_iterator(CORPUS, trainer)
    learned = [(piece, round(score, 4)) for piece, score in json.loads(tok.to_str())["model"]["vocab"][1:]]
    return sorted(learned, key=lambda p: (-p[1], p[0]))[:size]


def _wrap(tok: Tokenizer, **special) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=tok, clean_up_tokenization_spaces=False, model_max_length=1024,
        model_input_names=["input_ids", "attention_mask"], **special)
