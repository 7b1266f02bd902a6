"""Generates tiny random models, exports them to ONNX and writes their golden outputs.

Judged by PyTorch for fp32 and by optimum's ORTModel over the same file for the quantised ones. Every
fp32 export is run through optimum's ORTModel too, with and without graph optimisation, and the script fails
when one of them gives other ids. Nothing is downloaded; all seeds are fixed. See README.md.
"""

import argparse
import copy
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import onnxruntime
import torch
import transformers
from optimum.onnxruntime import ORTModelForCausalLM, ORTModelForSeq2SeqLM

import decoding
import exporting
import families
import goldens
import tiny_models
import tiny_tokenizers

MODELS = Path(__file__).resolve().parent.parent / "resources" / "models"
FP32_GAP, FP32_STOPS = 1e-3, 1 / 3
QUANTISED_GAP, QUANTISED_STOPS = 4e-2, 1 / 5
ORT_JUDGE = "optimum ORTModel over the same file"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=MODELS, help="folder of the models")
    parser.add_argument("--only", nargs="*", help="families of families.py; by default everything is written")
    arguments = parser.parse_args()
    out = arguments.out
    if sys.flags.hash_randomization:
        sys.exit("Set PYTHONHASHSEED=0: optimum merges the decoders in the order of a set of names.")
    torch.set_num_threads(1)
    logging.disable(logging.INFO)
    transformers.logging.set_verbosity_error()
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.only is None:
            generate_t5(out, Path(scratch) / "t5")
            generate_llama(out, Path(scratch) / "llama")
        for family in families.FAMILIES:
            if arguments.only is None or family.name in arguments.only:
                generate_family(family, out, Path(scratch) / family.name)


def generate_t5(out: Path, scratch: Path) -> None:
    model, tokenizer = tiny_models.t5_model(), tiny_tokenizers.t5_tokenizer(tiny_models.T5_VOCAB)
    exported = exporting.export(model, tokenizer, "text2text-generation-with-past", scratch)
    split, merged, legacy = (_fresh(out / n) for n in ("tiny-t5", "tiny-t5-merged", "tiny-t5-legacy"))
    exporting.copy_files(exported, split, exporting.CONFIG_FILES + exporting.T5_SPLIT_FILES)
    exporting.copy_files(exported, merged, exporting.CONFIG_FILES + exporting.T5_MERGED_FILES)
    with_past = "decoder_with_past_model.onnx"
    exporting.write_legacy_with_past(split / with_past, legacy / with_past)
    overlay = scratch / "legacy"
    shutil.copytree(split, overlay)
    shutil.copyfile(legacy / with_past, overlay / with_past)

    witnesses = (_sessions(ORTModelForSeq2SeqLM, split, use_merged=False)
                 + _sessions(ORTModelForSeq2SeqLM, overlay, use_merged=False)
                 + _sessions(ORTModelForSeq2SeqLM, merged, use_merged=True))
    _write_goldens([split, merged], "PyTorch", model, witnesses, tokenizer)
    _write_tokenizer_cases(split, tokenizer)
    _generate_t5_q8(exported, _fresh(out / "tiny-t5-q8"), _fresh(scratch / "q8"), tokenizer)


def _generate_t5_q8(exported: Path, q8: Path, fp32_activations: Path, tokenizer) -> None:
    """The twin with fp32 activations is a witness, since CPUs without an int8 kernel compute that way."""
    for folder, accuracy_level in ((q8, 4), (fp32_activations, 1)):
        exporting.copy_files(exported, folder, exporting.CONFIG_FILES)
        for name in exporting.T5_MERGED_FILES:
            exporting.write_q8(exported / name, folder / name, accuracy_level)
    judge, *witnesses = (_sessions(ORTModelForSeq2SeqLM, q8, use_merged=True)
                         + _sessions(ORTModelForSeq2SeqLM, fp32_activations, use_merged=True))
    _write_goldens([q8], ORT_JUDGE, judge, witnesses, tokenizer)


def generate_llama(out: Path, scratch: Path) -> None:
    model, tokenizer = tiny_models.llama_model(), tiny_tokenizers.llama_tokenizer(tiny_models.LLAMA_VOCAB)
    exported = exporting.export(model, tokenizer, "text-generation-with-past", scratch)
    plain, int8 = _fresh(out / "tiny-llama"), _fresh(out / "tiny-llama-int8")
    exporting.copy_files(exported, plain, exporting.CONFIG_FILES + exporting.LLAMA_FILES)
    exporting.copy_files(exported, int8, exporting.CONFIG_FILES)
    exporting.write_int8(exported / "model.onnx", int8 / "model.onnx")

    _write_goldens([plain], "PyTorch", model, _sessions(ORTModelForCausalLM, plain), tokenizer)
    judge, *witnesses = _sessions(ORTModelForCausalLM, int8)
    _write_goldens([int8], ORT_JUDGE, judge, witnesses, tokenizer)
    _write_tokenizer_cases(plain, tokenizer)


def generate_family(family: families.Family, out: Path, scratch: Path) -> None:
    """A family's folders hold the same weights; one with a generation_config.json of its own has its own goldens."""
    model = family.build()
    tokenizer = tiny_tokenizers.family_tokenizer(
        families.VOCAB, family.specials, family.last, family.bos_first, family.eos_last)
    seq2seq = model.config.is_encoder_decoder
    task = "text2text-generation-with-past" if seq2seq else "text-generation-with-past"
    exported = exporting.export_model(model, tokenizer, task, scratch)
    rows = decoding.prompts(tokenizer, [tokenizer.bos_token_id] if family.bos_first else [],
                            [tokenizer.eos_token_id] if family.eos_last else [])
    for name, files in family.folders.items():
        folder, overrides = _fresh(out / name), family.overrides.get(name, {})
        exporting.copy_files(exported, folder, exporting.CONFIG_FILES[:3] + files)
        exporting.override_generation_config(folder, overrides)
        judge = copy.deepcopy(model)
        judge.generation_config.update(**overrides)
        graphs = [_session(folder, seq2seq)]
        bench = decoding.Bench(judge, graphs, tokenizer)
        cases = decoding.override_cases(bench, rows) if overrides else decoding.cases(bench, rows)
        warping = [] if overrides else decoding.warping_cases(bench, rows)
        goldens.write(folder / "decoding.json", cases, warping, judge="PyTorch")
        print(f"{name}: {len(cases)} decoding cases, {len(warping)} of sampling, judged by PyTorch")


def _write_goldens(folders: list, judged_by: str, judge, witnesses: list, tokenizer) -> None:
    exact = judged_by != ORT_JUDGE
    min_gap, min_stops = (FP32_GAP, FP32_STOPS) if exact else (QUANTISED_GAP, QUANTISED_STOPS)
    safe = tiny_tokenizers.safe_tokenizer(tokenizer.backend_tokenizer)
    cases = goldens.stable_cases(judge, witnesses, tokenizer, safe, min_gap, exact)
    goldens.check_cases(cases, min_stops)
    for folder in folders:
        goldens.write(folder / "golden.json", cases, judge=judged_by)
        stops = sum(c["finish_reason"] == "stop" for c in cases)
        print(f"{folder.name}: {len(cases)} cases, {stops} end with eos, judged by {judged_by}")


def _write_tokenizer_cases(folder: Path, tokenizer) -> None:
    cases = goldens.tokenizer_cases(tokenizer, tiny_tokenizers.safe_tokenizer(tokenizer.backend_tokenizer))
    goldens.write(folder / "tokenizer-cases.json", cases)
    print(f"{folder.name}: {len(cases)} tokenizer cases")


def _sessions(model_class, folder: Path, **options) -> list:
    """The folder opened with ONNX Runtime's graph optimisations all on, then all off."""
    models = []
    for level in (onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
                  onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL):
        session = onnxruntime.SessionOptions()
        session.graph_optimization_level = level
        session.intra_op_num_threads = 1
        models.append(model_class.from_pretrained(
            folder, local_files_only=True, session_options=session, use_io_binding=False, **options))
    return models


def _session(folder: Path, seq2seq: bool):
    """The folder's graphs as they come; optimum takes the sizes of a few families' caches wrong, so they are read here."""
    if seq2seq:
        return _sessions(ORTModelForSeq2SeqLM, folder, use_merged=(folder / "decoder_model_merged.onnx").exists())[0]
    model = _sessions(ORTModelForCausalLM, folder)[0]
    read_cache_sizes(model)
    return model


def read_cache_sizes(model: ORTModelForCausalLM) -> None:
    keys = {value.name: value.shape for value in model.session.get_inputs()}.get("past_key_values.0.key")
    if keys:
        model.num_key_value_heads, model.embed_size_per_head = keys[1], keys[3]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    main()
