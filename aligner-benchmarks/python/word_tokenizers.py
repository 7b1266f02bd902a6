"""Tokenizers whose every piece is one made-up word, so that text and ids stand for each other one to one.

Some peers take text only. With a vocabulary of distinct words of one length, the words of any ids are encoded as
those ids again, whatever the tokenizer's algorithm: all engines see the same prompt, and outputs can be compared.
"""

from pathlib import Path

from sentencepiece import sentencepiece_model_pb2 as spm
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

CONSONANTS = "bcdfghjklmnpqrstvwxz"
VOWELS = "aeiou"
SYLLABLES = [c + v for c in CONSONANTS for v in VOWELS]
WORD_SCORE = -10.0
BYTE_PIECES = [f"<0x{b:02X}>" for b in range(256)]
EXTRA_IDS = [f"<extra_id_{i}>" for i in range(100)]


def word(index: int) -> str:
    """The word of an index: three syllables, hence never a prefix of another word."""
    base = len(SYLLABLES)
    return SYLLABLES[index // base ** 2 % base] + SYLLABLES[index // base % base] + SYLLABLES[index % base]


def pieces(specials: list, total: int) -> list:
    """`total` pieces: specials, bytes for any other text, words."""
    words = total - len(specials) - len(BYTE_PIECES)
    return specials + BYTE_PIECES + ["▁" + word(i) for i in range(words)]


def first_word_id(specials: list) -> int:
    return len(specials) + len(BYTE_PIECES)


def tokenizer(all_pieces: list, specials: list, template: str, extra_ids: list, **roles) -> PreTrainedTokenizerFast:
    """A Unigram tokenizer with byte fallback, which every engine that reads tokenizer.json knows."""
    vocab = [(piece, WORD_SCORE if piece.startswith("▁") else 0.0) for piece in all_pieces + extra_ids]
    tok = Tokenizer(models.Unigram(vocab, unk_id=all_pieces.index("<unk>"), byte_fallback=True))
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    tok.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    added = [token for token in template.split() if token != "$A"]
    tok.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[(token, all_pieces.index(token)) for token in added])
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in specials + extra_ids])
    return PreTrainedTokenizerFast(
        tokenizer_object=tok, clean_up_tokenization_spaces=False, model_max_length=1 << 20,
        additional_special_tokens=extra_ids, model_input_names=["input_ids", "attention_mask"], **roles)


def write_sentencepiece(all_pieces: list, path: Path) -> None:
    """The same pieces as a SentencePiece model, for engines that know no tokenizer.json."""
    kinds = spm.ModelProto.SentencePiece
    proto = spm.ModelProto()
    for piece in all_pieces:
        kind = kinds.NORMAL
        if piece == "<unk>":
            kind = kinds.UNKNOWN
        elif piece in BYTE_PIECES:
            kind = kinds.BYTE
        elif piece.startswith("<"):
            kind = kinds.CONTROL
        proto.pieces.add(piece=piece, score=WORD_SCORE if kind == kinds.NORMAL else 0.0, type=kind)
    trainer = proto.trainer_spec
    trainer.model_type = spm.TrainerSpec.UNIGRAM
    trainer.vocab_size = len(all_pieces)
    trainer.byte_fallback = True
    trainer.unk_id, trainer.bos_id = all_pieces.index("<unk>"), -1
    trainer.eos_id, trainer.pad_id = all_pieces.index("</s>"), all_pieces.index("<pad>")
    proto.normalizer_spec.name = "identity"
    proto.normalizer_spec.add_dummy_prefix = True
    proto.normalizer_spec.remove_extra_whitespaces = True
    proto.normalizer_spec.escape_whitespaces = True
    path.write_bytes(proto.SerializeToString())


def write_vocabulary(all_pieces: list, path: Path) -> None:
    """One piece a line, the line being the id."""
    path.write_text("\n".join(all_pieces) + "\n", encoding="utf-8")
