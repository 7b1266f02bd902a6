"""Opens folders of graphs with optimum's ORTModel, which judges some goldens and is a witness of the others."""

import shutil
from pathlib import Path

import onnxruntime
from optimum.onnxruntime import ORTModelForCausalLM, ORTModelForSeq2SeqLM


def sessions(model_class, folder: Path, **options) -> list:
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


def session(folder: Path, seq2seq: bool, **options):
    """The folder's graphs with every optimisation."""
    return sessions_of(folder, seq2seq, **options)[0]


def sessions_of(folder: Path, seq2seq: bool, **options) -> list:
    """As `sessions`; optimum takes the sizes of a few families' caches wrong, so they are read from the graphs."""
    if seq2seq:
        options["use_merged"] = (folder / "decoder_model_merged.onnx").exists()
        models = sessions(ORTModelForSeq2SeqLM, folder, **options)
        for part in (part for model in models for part in (model.decoder, model.decoder_with_past) if part):
            part.embed_size_per_head = getattr(part.config, "d_kv", part.embed_size_per_head)
        return models
    models = sessions(ORTModelForCausalLM, folder, **options)
    for model in models:
        read_cache_sizes(model)
    return models


def read_cache_sizes(model: ORTModelForCausalLM) -> None:
    keys = {value.name: value.shape for value in model.session.get_inputs()}.get("past_key_values.0.key")
    if keys:
        model.num_key_value_heads, model.embed_size_per_head = keys[1], keys[3]


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
