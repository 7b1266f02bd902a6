"""Writes a llama model whose every output is known, as GGUF and with its tokenizer.json.

Its weights are made, not trained: attention and feed-forward add nothing, so the token that follows
depends on the last one alone. After ":" comes SENTENCE and the end of sequence, after "!" comes
" again" without end, after any other token the end of sequence. The bus is written in four tokens of
one byte each, so a server has to hold back what is no character yet.

    python make_model.py OUT_DIR
"""

import json
import pathlib
import sys

import gguf
import numpy as np

WORDS = [" Take", " the", " bus", ", ", "please", " again", "th"]
SENTENCE = [" Take", " the", " bus", ", ", *"🚌".encode(), "please"]
BOS, EOS = 256, 257
HEADS = 9
WIDTH = 32 * HEADS


def byte_letters():
    """The letter that stands for each byte in byte-level vocabularies (GPT-2's)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    letters = {b: chr(b) for b in printable}
    letters.update({b: chr(256 + i) for i, b in enumerate(others)})
    return letters


LETTERS = byte_letters()


def spelled(text):
    return "".join(LETTERS[b] for b in text.encode())


VOCABULARY = [LETTERS[b] for b in range(256)] + ["<s>", "</s>"] + [spelled(w) for w in WORDS]


def token_id(token):
    return token if isinstance(token, int) else VOCABULARY.index(spelled(token))


def successors():
    following = {i: EOS for i in range(len(VOCABULARY))}
    chain = [token_id(t) for t in [":", *SENTENCE]] + [EOS]
    following.update(zip(chain, chain[1:]))
    following[token_id("!")] = following[token_id(" again")] = token_id(" again")
    return following


def write_gguf(path):
    size = len(VOCABULARY)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("known")
    writer.add_context_length(8192)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(VOCABULARY)
    kinds = [gguf.TokenType.NORMAL] * size
    kinds[BOS] = kinds[EOS] = gguf.TokenType.CONTROL
    writer.add_token_types(kinds)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)

    def tensor(name, values):
        writer.add_tensor(name, values.astype(np.float32))

    tensor("token_embd.weight", np.eye(size, WIDTH))
    tensor("output_norm.weight", np.ones(WIDTH))
    output = np.zeros((size, WIDTH))
    for token, following in successors().items():
        output[following, token] = 1
    tensor("output.weight", output)
    tensor("blk.0.attn_norm.weight", np.ones(WIDTH))
    tensor("blk.0.ffn_norm.weight", np.ones(WIDTH))
    for name in ["attn_q", "attn_k", "attn_v", "attn_output"]:
        tensor(f"blk.0.{name}.weight", np.zeros((WIDTH, WIDTH)))
    tensor("blk.0.ffn_gate.weight", np.zeros((32, WIDTH)))
    tensor("blk.0.ffn_up.weight", np.zeros((32, WIDTH)))
    tensor("blk.0.ffn_down.weight", np.zeros((WIDTH, 32)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_tokenizer(path):
    added = [
        {
            "id": i,
            "content": VOCABULARY[i],
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for i in (BOS, EOS)
    ]
    byte_level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": True,
    }
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [BOS], "tokens": ["<s>"]}},
        },
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {token: i for i, token in enumerate(VOCABULARY)},
            "merges": ["t h"],
        },
    }
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_gguf(folder / "known.gguf")
    write_tokenizer(folder / "tokenizer.json")
