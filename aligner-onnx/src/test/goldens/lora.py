"""Two LoRA adapters of one tiny llama, through the exporters' own tools, and what transformers makes of each.

peft saves the adapters; onnxruntime-genai's model builder exports the base with the nodes of an adapter; olive's
ExtractAdapters makes its weights inputs that may be left out, and writes them as an .onnx_adapter. See README.md.
"""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OLIVE_DISABLE_TELEMETRY="1")

import numpy
import onnxruntime
import torch
from olive.model import ONNXModelHandler
from olive.passes.olive_pass import create_pass_from_dict
from olive.passes.onnx.extract_adapters import ExtractAdapters
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

import exporting
import families
import goldens
import tiny_tokenizers

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "models" / "tiny-llama-lora"
GENERATOR = "aligner-onnx/src/test/goldens/lora.py"
IDS = dict(bos_token_id=0, eos_token_id=1, pad_token_id=2)
SPECIALS = {"bos": "<s>", "eos": "</s>", "pad": "<pad>"}
LAYERS, KV_HEADS, HEAD_DIM = 2, 1, 16  # ONNX Runtime's GroupQueryAttention asks for a multiple of 16
MIN_GAP = 1e-3
# The graph has the nodes of the first adapter; the others may have other ranks, and fewer modules.
ADAPTERS = {
    "red": LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj", "down_proj"], task_type="CAUSAL_LM"),
    "blue": LoraConfig(r=4, lora_alpha=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"),
}
GRAPH_OF = "red"
PACKAGES = ["torch", "transformers", "peft", "onnxruntime-genai", "olive-ai", "onnxruntime", "onnx"]


def main() -> None:
    torch.set_num_threads(1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    base, tokenizer = _base(), tiny_tokenizers.family_tokenizer(families.VOCAB, SPECIALS, {}, True, False)
    adapted = {name: _adapter(base, config, seed) for seed, (name, config) in enumerate(ADAPTERS.items())}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        base.save_pretrained(scratch / "base")
        tokenizer.save_pretrained(scratch / "base")
        for name, model in adapted.items():
            model.save_pretrained(scratch / name)
            extracted = _extract(_build(scratch, name), scratch / f"{name}-extracted")
            shutil.copyfile(extracted / "adapter_weights.onnx_adapter", FOLDER / f"{name}.onnx_adapter")
            if name == GRAPH_OF:
                shutil.copyfile(extracted / "model.onnx", FOLDER / "model.onnx")
                exporting.copy_files(scratch / "base", FOLDER, exporting.CONFIG_FILES[:3])
                shutil.copyfile(scratch / f"{name}-graph" / "genai_config.json", FOLDER / "genai_config.json")
                exporting.compact(FOLDER / "tokenizer.json")
    judges = {"base": base, **{name: model.merge_and_unload() for name, model in adapted.items()}}
    _write_goldens(judges, tokenizer)


def _base() -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=families.VOCAB, hidden_size=32, intermediate_size=32, num_hidden_layers=LAYERS,
        num_attention_heads=2, num_key_value_heads=KV_HEADS, head_dim=HEAD_DIM, max_position_embeddings=128,
        tie_word_embeddings=False, **IDS)
    return families._tiny(LlamaForCausalLM, config, IDS, seed=31, eos=1.3, spread=0.3)


def _adapter(base: LlamaForCausalLM, config: LoraConfig, seed: int) -> PeftModel:
    """Random weights on both sides; peft's own start is an adapter that changes nothing."""
    model = get_peft_model(copy.deepcopy(base), config)
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_(0.0, 0.3)
                parameter.copy_(parameter.bfloat16().float())
    return model.eval()


def _build(scratch: Path, adapter: str) -> Path:
    target = scratch / f"{adapter}-graph"
    subprocess.run(
        [sys.executable, "-m", "onnxruntime_genai.models.builder", "-m", "", "-i", scratch / "base", "-o", target,
         "-e", "cpu", "-p", "fp32", "-c", scratch / "cache", "--extra_options", f"adapter_path={scratch / adapter}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return target / "model.onnx"


def _extract(graph: Path, target: Path) -> Path:
    extraction = create_pass_from_dict(ExtractAdapters, {"make_inputs": True}, disable_search=True)
    return Path(extraction.run(ONNXModelHandler(str(graph)), str(target / "model.onnx")).model_path).parent


def _write_goldens(judges: dict, tokenizer) -> None:
    """Every prompt with the base and each adapter; fails where ONNX Runtime differs or two adapters never do."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(FOLDER / "model.onnx", options)
    outputs = {}
    for name, judge in judges.items():
        run_options, adapter = onnxruntime.RunOptions(), onnxruntime.LoraAdapter()
        if name != "base":
            adapter.Load(str(FOLDER / f"{name}.onnx_adapter"))
            run_options.add_active_adapter(adapter)
        cases = []
        for text in _texts():
            input_ids = tokenizer(text).input_ids
            token_ids, gaps = goldens.greedy(judge, input_ids, 24)
            clear = next((i for i, gap in enumerate(gaps) if gap <= MIN_GAP), 24)
            token_ids = token_ids[:clear]
            assert clear and _onnx(session, run_options, input_ids, clear) == token_ids, (name, text)
            cases.append({
                "prompt": text, "input_ids": input_ids, "max_new_tokens": clear, "token_ids": token_ids,
                "text": goldens.decode(tokenizer, token_ids), "injection": False,
                "finish_reason": "stop" if token_ids[-1] == IDS["eos_token_id"] else "length"})
        outputs[name] = cases
        assert 0 < sum(c["finish_reason"] == "stop" for c in cases) < len(cases), name
        _write(FOLDER / f"golden-{name}.json", cases)
    for alike in zip(*outputs.values(), strict=True):
        assert len({tuple(case["token_ids"][:4]) for case in alike}) > 1, alike
    print({name: len(cases) for name, cases in outputs.items()})


def _texts() -> list:
    return [sentence for sentence in goldens.texts.CORPUS if sentence.isascii()]


def _onnx(session, run_options, input_ids: list, max_new_tokens: int) -> list:
    """Greedy without a cache."""
    ids = list(input_ids)
    empty = numpy.zeros((1, KV_HEADS, 0, HEAD_DIM), dtype=numpy.float32)
    past = {f"past_key_values.{layer}.{side}": empty for layer in range(LAYERS) for side in ("key", "value")}
    while len(ids) < len(input_ids) + max_new_tokens and ids[-1] != IDS["eos_token_id"]:
        row = numpy.array([ids])
        logits = session.run(["logits"], {"input_ids": row, "attention_mask": numpy.ones_like(row), **past}, run_options)
        ids.append(int(logits[0][0, -1].argmax()))
    return ids[len(input_ids):]


def _write(path: Path, cases: list) -> None:
    head = {"generator": GENERATOR, "versions": {p: goldens.version(p) for p in PACKAGES}, "judge": "PyTorch, merged"}
    rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path.write_text(json.dumps(head)[:-1] + f', "cases": [\n{rows}\n]}}\n', encoding="ascii")


if __name__ == "__main__":
    main()
