"""Writes a checkpoint's graphs in one of the layouts and number formats."""

import contextlib
import copy
import importlib
import io
import shutil
import sys
from pathlib import Path

import onnx
import onnxruntime_genai
from onnxruntime.transformers.float16 import convert_float_to_float16
from optimum.exporters.onnx import onnx_export_from_model

import exporting
from parity_models import GENAI

EXTRA = {
    "t5": ["split", "no-cache", "monolith", "int8", "fp16", "fp16-converted"],
    "mt5": ["split"], "bart": ["split", "no-cache"], "marian": ["split", "no-cache", "monolith", "int8"],
    "llama": ["no-cache", "int8", "q8", "q4", "fp16", "fp16-converted"],
    "gpt2": ["no-cache", "int8", "fp16"], "qwen2": ["no-cache", "q4"], "bloom": ["no-cache"], "gemma2": ["no-cache"],
}


def of(checkpoint) -> list:
    """The layouts that a checkpoint of this architecture is tried in."""
    genai = ["genai"] if checkpoint.name in GENAI else []
    return ["past", *EXTRA.get(checkpoint.name, []), *genai]


def write(checkpoint, layout: str, folder: Path) -> None:
    if layout == "genai":
        _write_genai(checkpoint, folder)
        return
    past = "" if layout in ("no-cache", "monolith") else "-with-past"
    task = ("text2text-generation" if checkpoint.seq2seq else "text-generation") + past
    model = copy.deepcopy(checkpoint.model)
    model.config.use_cache = bool(past)
    if layout == "fp16":
        model = model.half()
    with contextlib.redirect_stdout(io.StringIO()):
        onnx_export_from_model(model, folder, task=task, opset=exporting.OPSET, do_validation=False,
                               monolith=layout == "monolith")
    checkpoint.tokenizer.save_pretrained(folder)
    if layout == "split":
        (folder / "decoder_model_merged.onnx").unlink()
    elif layout in CONVERTERS:
        _convert(folder, CONVERTERS[layout])


def _convert(folder: Path, converter) -> None:
    kept = {"encoder_model.onnx", "decoder_model_merged.onnx", "model.onnx"}
    for file in folder.glob("*.onnx"):
        if file.name in kept:
            converted = file.with_suffix(".converted")
            converter(file, converted)
            converted.replace(file)
        else:
            file.unlink()


def _fp16(source: Path, target: Path) -> None:
    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=False, disable_shape_infer=True), target)


def _nbits(bits: int):
    def convert(source: Path, target: Path) -> None:
        config = exporting.DefaultWeightOnlyQuantConfig(block_size=16, is_symmetric=True, accuracy_level=1, bits=bits)
        quantizer = exporting.MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
        quantizer.process()
        quantizer.model.save_model_to_file(str(target), False)
    return convert


CONVERTERS = {"fp16-converted": _fp16, "int8": exporting.write_int8, "q8": _nbits(8), "q4": _nbits(4)}


def _write_genai(checkpoint, folder: Path) -> None:
    """The layout of onnxruntime-genai, whose builder is a script that imports its neighbours by name."""
    source = folder / "source"
    checkpoint.model.save_pretrained(source)
    checkpoint.tokenizer.save_pretrained(source)
    scripts = str(Path(onnxruntime_genai.__file__).parent / "models")
    sys.path.insert(0, scripts)
    try:
        builder = importlib.import_module("builder")
    finally:
        sys.path.remove(scripts)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        builder.create_model("", str(source), str(folder), "fp32", "cpu", str(folder / "cache"), hf_token="false")
    # The builder keeps none of the defaults that the judge decodes with.
    shutil.copyfile(source / "generation_config.json", folder / "generation_config.json")
