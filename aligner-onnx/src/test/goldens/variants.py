"""Folders with a family's weights in another layout or number format.

Their goldens are a sample of the family's where the numbers are the same, and are judged by ORTModel where not.
Families have to be written before.
"""

import json
import shutil
from pathlib import Path

import exporting
import decoding
import families
import goldens
import layouts
import tiny_models
import tiny_tokenizers
from opening import fresh, session, sessions_of

ORT_JUDGE = "optimum ORTModel over the same file"
MIN_GAP = 4e-2
CONFIGS = ["config.json", "generation_config.json", "tokenizer.json"]
GENAI = {"tiny-qwen2-genai": ("qwen2", "fp32"), "tiny-phi3-genai": ("phi3", "fp32"),
         "tiny-gemma-genai": ("gemma", "fp32"), "tiny-gemma2-genai": ("gemma2", "fp32"),
         "tiny-mistral-genai": ("mistral", "fp32"), "tiny-qwen2-genai-int4": ("qwen2", "int4")}

# ONNX Runtime's GroupQueryAttention sees other tokens through a sliding window than transformers does.
WINDOWED = {"phi3", "gemma2", "mistral"}


def decoder_layouts(out: Path, scratch: Path) -> None:
    """gpt2 with its first step in a graph of its own, with both graphs in one, and without a cache."""
    source, model = out / "tiny-gpt2", families.BY_NAME["gpt2"].build()
    split, merged, uncached = (_folder(source, out / f"tiny-gpt2-{n}") for n in ("split", "merged", "nocache"))
    layouts.write_decoder_split(model, source / "model.onnx", split)
    layouts.write_decoder_merged(split, merged)
    layouts.write_without_past(model, "text-generation", scratch)
    exporting.copy_files(scratch, uncached, ["model.onnx"])
    graphs = {merged: session(merged, seq2seq=False), uncached: session(uncached, seq2seq=False, use_cache=False)}
    for folder in (split, merged, uncached):
        _share(source, folder, "gpt2", [graphs[folder]] if folder in graphs else [])


def seq2seq_layouts(out: Path, scratch: Path) -> None:
    """bart without a cache, in two files and in one."""
    source, model = out / "tiny-bart", families.BY_NAME["bart"].build()
    uncached, monolith = (_folder(source, out / f"tiny-bart-{n}") for n in ("nocache", "monolith"))
    layouts.write_without_past(model, "text2text-generation", scratch / "two")
    exporting.copy_files(scratch / "two", uncached, ["encoder_model.onnx", "decoder_model.onnx"])
    layouts.write_without_past(model, "text2text-generation", scratch / "one", monolith=True)
    exporting.copy_files(scratch / "one", monolith, ["model.onnx"])
    _share(source, uncached, "bart", [session(uncached, seq2seq=True, use_cache=False)])
    _share(source, monolith, "bart", [])


def external_data(out: Path, scratch: Path) -> None:
    """qwen2 with its weights in two files beside the graph, as transformers.js lays it out."""
    source, folder = out / "tiny-qwen2", _folder(out / "tiny-qwen2", out / "tiny-qwen2-external")
    layouts.write_shards(source / "model.onnx", folder / "onnx" / "model.onnx")
    _share(source, folder, "qwen2", [session(folder, seq2seq=False, subfolder="onnx")])


def genai(out: Path, scratch: Path) -> None:
    """onnxruntime-genai's own layout."""
    for name, (family_name, precision) in GENAI.items():
        family, checkpoint, built = families.BY_NAME[family_name], scratch / name / "source", scratch / name / "built"
        source, folder = out / f"tiny-{family_name}", fresh(out / name)
        family.build().save_pretrained(checkpoint)
        family.tokenizer().save_pretrained(checkpoint)
        layouts.write_genai(checkpoint, built, precision)
        exporting.compact(built / "tokenizer.json")
        exporting.copy_files(built, folder, ["genai_config.json", "model.onnx", "model.onnx.data", "tokenizer.json",
                                             "tokenizer_config.json"])
        exporting.copy_files(source, built, CONFIGS[:2])
        if precision == "fp32" and family_name not in WINDOWED:
            _share(source, folder, family_name, [session(built, seq2seq=False)])
        else:
            _judge(source, folder, family_name, "decoding.json", sessions_of(built, seq2seq=False), ["model.onnx"])


def number_formats(out: Path, scratch: Path) -> None:
    """qwen2 and bart in fp16 and in 4 bits, with transformers.js' names."""
    for name, source, files in (("qwen2", "tiny-qwen2", families.DECODER),
                                ("bart", "tiny-bart-cnn", families.SEQ2SEQ_MERGED)):
        model, seq2seq = families.BY_NAME[name].build(), name == "bart"
        task = "text2text-generation-with-past" if seq2seq else "text-generation-with-past"
        folder = _folder(out / f"tiny-{name}", out / f"tiny-{name}-dtypes")
        half, q4 = scratch / name / "fp16", scratch / name / "q4"
        layouts.write_fp16(model, task, half)
        for file in files:
            layouts.write_q4(out / source / file, q4 / file)
        for suffix, written in (("fp16", half), ("q4", q4)):
            opened = scratch / name / f"{suffix}-opened"
            exporting.copy_files(out / f"tiny-{name}", opened, CONFIGS)
            exporting.copy_files(written, opened, files)
            (folder / "onnx").mkdir(exist_ok=True)
            for file in files:
                shutil.copyfile(written / file, folder / "onnx" / file.replace(".onnx", f"_{suffix}.onnx"))
            _judge(out / f"tiny-{name}", folder, name, f"decoding-{suffix}.json", sessions_of(opened, seq2seq),
                   [f"onnx/{file.replace('.onnx', f'_{suffix}.onnx')}" for file in files])


def first_models(out: Path, scratch: Path) -> None:
    """Every decoding mode of the models that had greedy goldens only."""
    t5 = tiny_tokenizers.t5_tokenizer(tiny_models.T5_VOCAB)
    llama = tiny_tokenizers.llama_tokenizer(tiny_models.LLAMA_VOCAB)
    for name, model, tokenizer, before, after in (
            ("tiny-t5", tiny_models.t5_model(), t5, [], [t5.eos_token_id]),
            ("tiny-llama", tiny_models.llama_model(), llama, [llama.bos_token_id], [])):
        bench = decoding.Bench(model, [session(out / name, model.config.is_encoder_decoder)], tokenizer)
        rows = decoding.prompts(tokenizer, before, after)
        cases, warping = decoding.cases(bench, rows), decoding.warping_cases(bench, rows)
        goldens.write(out / name / "decoding.json", cases, warping, judge="PyTorch")
        print(f"{name}: {len(cases)} decoding cases, {len(warping)} of sampling, judged by PyTorch")


def _folder(source: Path, target: Path) -> Path:
    exporting.copy_files(source, fresh(target), CONFIGS)
    return target


def _share(source: Path, folder: Path, family_name: str, graphs: list) -> None:
    family = families.BY_NAME[family_name]
    cases = _cases(source)
    decoding.check(decoding.Bench(family.build(), graphs, family.tokenizer()), cases)
    goldens.write(folder / "decoding.json", cases, judge="PyTorch")
    print(f"{folder.name}: {len(cases)} decoding cases, judged by PyTorch" + ("" if graphs else ", no witness"))


def _judge(source: Path, folder: Path, family_name: str, name: str, models: list, files: list) -> None:
    judge, other = models
    bench = decoding.Bench(judge, [], families.BY_NAME[family_name].tokenizer(), noisy=other, min_gap=MIN_GAP)
    cases = decoding.again(bench, _cases(source, every=True))
    goldens.write(folder / name, cases, judge=ORT_JUDGE, files=files)
    print(f"{folder.name}: {len(cases)} decoding cases in {name}, judged by {ORT_JUDGE}")


def _cases(source: Path, every: bool = False) -> list:
    cases = json.loads((source / "decoding.json").read_text(encoding="ascii"))["cases"]
    return cases if every else decoding.sample(cases)


ALL = {"decoder-layouts": decoder_layouts, "seq2seq-layouts": seq2seq_layouts, "external-data": external_data,
       "genai": genai, "number-formats": number_formats, "first-models": first_models}
