"""The rarer layouts and number formats, made from what exporting.py writes."""

import contextlib
import copy
import io
import sys
from pathlib import Path

import onnx
import onnxruntime_genai
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from optimum.exporters.onnx import export, onnx_export_from_model
from optimum.exporters.tasks import TasksManager
from optimum.onnx import merge_decoders

from exporting import OPSET

SHARDS = 2


def write_decoder_split(model, with_past: Path, target: Path) -> None:
    """decoder_model.onnx and decoder_with_past_model.onnx, as optimum once wrote decoder-only models."""
    constructor = TasksManager.get_exporter_config_constructor(
        exporter="onnx", model=model, task="text-generation", library_name="transformers")
    model = copy.deepcopy(model)
    export(model, constructor(model.config, task="text-generation", use_past=True, use_past_in_inputs=False),
           target / "decoder_model.onnx", opset=OPSET)
    onnx.save(onnx.load(with_past), target / "decoder_with_past_model.onnx")


def write_decoder_merged(split: Path, target: Path) -> None:
    """decoder_model_merged.onnx with its use_cache_branch, of the two files above."""
    merge_decoders(split / "decoder_model.onnx", split / "decoder_with_past_model.onnx", strict=False,
                   save_path=target / "decoder_model_merged.onnx")


def write_without_past(model, task: str, target: Path, monolith: bool = False) -> None:
    model = copy.deepcopy(model)
    model.config.use_cache = False
    onnx_export_from_model(model, target, task=task, opset=OPSET, do_validation=False, monolith=monolith)


def write_genai(source: Path, target: Path, precision: str) -> None:
    """onnxruntime-genai's model builder over a saved checkpoint. It is a script that imports its neighbours by name."""
    folder = str(Path(onnxruntime_genai.__file__).parent / "models")
    sys.path.insert(0, folder)
    try:
        import builder
    finally:
        sys.path.remove(folder)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        builder.create_model("", str(source), str(target), precision, "cpu", str(target / "cache"), hf_token="false")


def write_fp16(model, task: str, target: Path) -> None:
    """Weights, cache and logits in fp16, by PyTorch: ONNX Runtime's converter stumbles over casts and branches."""
    onnx_export_from_model(copy.deepcopy(model).half(), target, task=task, opset=OPSET, do_validation=False)


def write_q4(source: Path, target: Path) -> None:
    """MatMulNBits, 4 bits, fp32 activations."""
    target.parent.mkdir(parents=True, exist_ok=True)
    config = DefaultWeightOnlyQuantConfig(block_size=16, is_symmetric=True, accuracy_level=1, bits=4)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(str(target), False)


def write_shards(source: Path, target: Path) -> None:
    """The weights outside of the graph, in X.onnx_data, X.onnx_data_1 and so on, as transformers.js names them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    model = onnx.load(source)
    weights = [w for w in model.graph.initializer if len(w.raw_data) >= 256]
    for n, weight in enumerate(weights):
        name = f"{target.name}_data" + (f"_{n % SHARDS}" if n % SHARDS else "")
        onnx.external_data_helper.set_external_data(weight, location=name)
    for old in target.parent.glob(f"{target.name}_data*"):
        old.unlink()
    onnx.save(model, target)
