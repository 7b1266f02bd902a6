"""Writes the models as ONNX in the layouts the loader has to accept, fp32 and quantised."""

import copy
import json
import shutil
from pathlib import Path

import onnx
from onnx import helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from optimum.exporters.onnx import main_export, onnx_export_from_model

OPSET = 18
CONFIG_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
                "special_tokens_map.json"]
T5_SPLIT_FILES = ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"]
T5_MERGED_FILES = ["encoder_model.onnx", "decoder_model_merged.onnx"]
LLAMA_FILES = ["model.onnx"]


def export(model, tokenizer, task: str, scratch: Path) -> Path:
    """Exports every layout optimum-onnx knows for the task and returns the folder."""
    source, target = scratch / "source", scratch / "onnx"
    model.save_pretrained(source)
    tokenizer.save_pretrained(source)
    main_export(str(source), str(target), task=task, library_name="transformers", opset=OPSET,
                local_files_only=True)
    compact(target / "tokenizer.json")
    return target


def export_model(model, tokenizer, task: str, target: Path) -> Path:
    """As above, but from memory: loaded from a folder, gemma2 gets an attention without its soft cap."""
    model = copy.deepcopy(model)
    model.config.use_cache = task.endswith("with-past")
    onnx_export_from_model(model, target, task=task, opset=OPSET, do_validation=False)
    tokenizer.save_pretrained(target)
    compact(target / "tokenizer.json")
    return target


def copy_files(source: Path, target: Path, names: list) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(source / name, target / name)


def override_generation_config(folder: Path, overrides: dict) -> None:
    path = folder / "generation_config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **overrides}, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def write_int8(source: Path, target: Path) -> None:
    """Dynamic int8. Seven-bit weights, so that no kernel saturates and every CPU counts the same."""
    quantize_dynamic(source, target, weight_type=QuantType.QInt8, reduce_range=True)


def write_q8(source: Path, target: Path, accuracy_level: int) -> None:
    """MatMulNBits, 8 bits; at accuracy_level 4 the activations are int8 too, at 1 they stay fp32."""
    config = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=accuracy_level, bits=8)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target), False)


def write_legacy_with_past(source: Path, target: Path) -> None:
    """Makes a with_past graph give the encoder's keys and values back, as exports before March 2023 did."""
    model = onnx.load(source)
    for value in list(model.graph.input):
        if value.name.startswith("past_key_values.") and ".encoder." in value.name:
            output = onnx.ValueInfoProto()
            output.CopyFrom(value)
            output.name = value.name.replace("past_key_values", "present")
            model.graph.node.append(helper.make_node("Identity", [value.name], [output.name]))
            model.graph.output.append(output)
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, target)


def compact(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
