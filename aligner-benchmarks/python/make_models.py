"""Makes the models of the benchmarks from a seed, with random weights and real sizes. Nothing is downloaded.

    python make_models.py TARGET [--only t5-small-shape t5-tiny-shape llama-100m trivial-t5-small]
"""

import argparse
import shutil
from pathlib import Path

import torch
from optimum.exporters.onnx import main_export
from transformers import (GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedModel, T5Config,
                          T5ForConditionalGeneration)

from trivial_graphs import write_trivial
from word_tokenizers import (EXTRA_IDS, first_word_id, pieces, tokenizer, write_sentencepiece, write_vocabulary)

OPSET = 18
MODELS = ["t5-small-shape", "t5-tiny-shape", "llama-100m", "trivial-t5-small"]
T5_SPECIALS = ["<pad>", "</s>", "<unk>"]
T5_PIECES = 32000
T5_VOCABULARY = 32128
LLAMA_SPECIALS = ["<unk>", "<s>", "</s>", "<pad>"]
LLAMA_VOCABULARY = 32000
SPLIT = ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"]
MERGED = "decoder_model_merged.onnx"
SIDE_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
              "special_tokens_map.json", "spiece.model", "vocabulary.txt"]


def t5(d_model: int, d_ff: int, layers: int) -> T5ForConditionalGeneration:
    """A T5 of these sizes. Only words are ever the best token, so no output ends before its limit."""
    config = T5Config(
        vocab_size=T5_VOCABULARY, d_model=d_model, d_kv=64, d_ff=d_ff, num_layers=layers, num_heads=d_model // 64,
        relative_attention_num_buckets=32, dropout_rate=0.0, feed_forward_proj="relu",
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    torch.manual_seed(41)
    model = T5ForConditionalGeneration(config).eval()
    _randomise(model, 0.06)
    with torch.no_grad():
        silent = torch.ones(T5_VOCABULARY, dtype=torch.bool)
        silent[first_word_id(T5_SPECIALS):T5_PIECES] = False
        model.shared.weight.mul_(33.0)
        model.shared.weight[silent] = 0.0
        for stack in (model.encoder, model.decoder):
            stack.block[0].layer[0].SelfAttention.relative_attention_bias.weight.mul_(30.0)
            for block in stack.block:
                _centre(block.layer[-1].DenseReluDense.wo)
        # With the embedding as output layer the last word would be the best next one again, were it not drowned.
        model.decoder.block[-1].layer[-1].DenseReluDense.wo.weight.mul_(20.0)
    model.generation_config = GenerationConfig(pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    return model


def llama_100m() -> LlamaForCausalLM:
    """18 layers and about 109 million parameters; only words are ever the best token."""
    config = LlamaConfig(
        vocab_size=LLAMA_VOCABULARY, hidden_size=576, intermediate_size=1536, num_hidden_layers=18,
        num_attention_heads=9, num_key_value_heads=9, max_position_embeddings=8192, tie_word_embeddings=False,
        bos_token_id=1, eos_token_id=2, pad_token_id=3)
    torch.manual_seed(42)
    model = LlamaForCausalLM(config).eval()
    _randomise(model, 0.06)
    with torch.no_grad():
        model.lm_head.weight[:first_word_id(LLAMA_SPECIALS)] = 0.0
    model.generation_config = GenerationConfig(bos_token_id=1, eos_token_id=2, pad_token_id=3)
    return model


def _randomise(model: PreTrainedModel, std: float) -> None:
    """Normal weights of one spread everywhere but in the norms: the usual small ones repeat one token."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, std)


def _centre(after_relu: torch.nn.Linear) -> None:
    """What ReLU gives is positive: without this all tokens get one common output, and the model repeats one word."""
    after_relu.weight.sub_(after_relu.weight.mean(dim=1, keepdim=True))


def t5_small_shape() -> T5ForConditionalGeneration:
    return t5(d_model=512, d_ff=2048, layers=6)


def t5_tiny_shape() -> T5ForConditionalGeneration:
    """The sizes of t5-efficient-tiny: 15.6 million parameters."""
    return t5(d_model=256, d_ff=1024, layers=4)


def make_t5(model: T5ForConditionalGeneration, target: Path) -> None:
    """Encoder and merged decoder; in `split`, the three files; in `checkpoint`, the PyTorch weights."""
    names = pieces(T5_SPECIALS, T5_PIECES)
    tok = tokenizer(names, T5_SPECIALS, "$A </s>", EXTRA_IDS, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    _export(model, tok, "text2text-generation-with-past", target)
    write_sentencepiece(names, target / "spiece.model")
    write_vocabulary(names, target / "vocabulary.txt")
    _lay_out_for_spark_nlp(target)
    split = target / "split"
    split.mkdir(exist_ok=True)
    for name in SPLIT[1:]:
        (target / name).replace(split / name)
    for name in [SPLIT[0], *SIDE_FILES]:
        shutil.copyfile(target / name, split / name)


def _lay_out_for_spark_nlp(target: Path) -> None:
    """Links in `spark-nlp`. It wants to see a decoder_model.onnx, which it does not read, and `assets`."""
    folder = target / "spark-nlp"
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    links = {name: f"../{name}" for name in (SPLIT[0], MERGED, "vocabulary.txt")}
    links |= {SPLIT[1]: f"../{MERGED}", "assets/spiece.model": "../../spiece.model"}
    for name, existing in links.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(existing)


def make_llama(target: Path) -> None:
    names = pieces(LLAMA_SPECIALS, LLAMA_VOCABULARY)
    tok = tokenizer(names, LLAMA_SPECIALS, "<s> $A", [], pad_token="<pad>", bos_token="<s>", eos_token="</s>",
                    unk_token="<unk>")
    _export(llama_100m(), tok, "text-generation-with-past", target)
    write_vocabulary(names, target / "vocabulary.txt")


def make_trivial(target: Path, real: Path) -> None:
    """The twins of the split files of t5-small-shape, which must be there."""
    if not real.is_dir():
        raise SystemExit(f"expected the split export in {real}; make t5-small-shape first")
    target.mkdir(parents=True, exist_ok=True)
    for name in SPLIT:
        write_trivial(real / name, target / name, T5_VOCABULARY, hidden=512)
    for name in SIDE_FILES:
        shutil.copyfile(real / name, target / name)


def _export(model: PreTrainedModel, tok, task: str, target: Path) -> None:
    checkpoint = target / "checkpoint"
    model.save_pretrained(checkpoint)
    tok.save_pretrained(checkpoint)
    main_export(str(checkpoint), str(target), task=task, library_name="transformers", opset=OPSET,
                local_files_only=True, do_validation=False)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("target", type=Path)
    arguments.add_argument("--only", nargs="+", choices=MODELS, default=MODELS)
    options = arguments.parse_args()
    t5_small = options.target / "t5-small-shape"
    makers = {
        "t5-small-shape": lambda: make_t5(t5_small_shape(), t5_small),
        "t5-tiny-shape": lambda: make_t5(t5_tiny_shape(), options.target / "t5-tiny-shape"),
        "llama-100m": lambda: make_llama(options.target / "llama-100m"),
        "trivial-t5-small": lambda: make_trivial(options.target / "trivial-t5-small", t5_small / "split"),
    }
    for name in options.only:
        makers[name]()
        print("made", name, flush=True)


if __name__ == "__main__":
    main()
