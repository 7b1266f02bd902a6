"""A LoRA adapter in ONNX Runtime's own format, and the graph that takes it through optional inputs."""

import copy
from pathlib import Path

import onnx
import onnxruntime
import torch
from onnx import helper, numpy_helper

RANK, SCALING, SPREAD = 4, 2.0, 0.4
TARGETS = ("q_proj", "v_proj", "down_proj")


def adapter(model, seed: int) -> dict:
    """Random A and B of peft's shapes, by the names of the modules they belong to."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, module in model.named_modules():
        if name.endswith(TARGETS):
            a = torch.randn(RANK, module.in_features, generator=generator) * SPREAD
            b = torch.randn(module.out_features, RANK, generator=generator) * SPREAD
            weights[name] = (a.bfloat16().float(), b.bfloat16().float())
    return weights


def merged(model, weights: dict):
    """What peft's merge_and_unload makes of the adapter: W + scaling * B A."""
    model = copy.deepcopy(model)
    with torch.no_grad():
        for name, (a, b) in weights.items():
            model.get_submodule(name).weight.add_(SCALING * b @ a)
    return model


def write_graph(source: Path, target: Path, weights: dict) -> None:
    """Adds x A B to each target's product; without an adapter A and B are zero."""
    model = onnx.load(source)
    graph, nodes = model.graph, {node.name: node for node in model.graph.node}
    for name, (a, b) in weights.items():
        node = nodes["/" + name.replace(".layers.", "/layers.").replace(".self_attn.", "/self_attn/")
                     .replace(".mlp.", "/mlp/") + "/MatMul"]
        product, output = node.output[0] + "_base", node.output[0]
        node.output[0] = product
        for suffix, shape in (("lora_A", (a.shape[1], "lora_r")), ("lora_B", ("lora_r", b.shape[0]))):
            parameter = f"{name}.{suffix}.weight"
            graph.input.append(helper.make_tensor_value_info(parameter, onnx.TensorProto.FLOAT, shape))
            zeros = torch.zeros([RANK if size == "lora_r" else size for size in shape]).numpy()
            graph.initializer.append(numpy_helper.from_array(zeros, parameter))
        added = [
            helper.make_node("MatMul", [node.input[0], f"{name}.lora_A.weight"], [f"{product}_A"], f"{node.name}_A"),
            helper.make_node("MatMul", [f"{product}_A", f"{name}.lora_B.weight"], [f"{product}_B"], f"{node.name}_B"),
            helper.make_node("Add", [product, f"{product}_B"], [output], f"{node.name}_lora")]
        at = list(graph.node).index(node) + 1
        for offset, new in enumerate(added):
            graph.node.insert(at + offset, new)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def write_adapter(target: Path, weights: dict) -> None:
    """A transposed, and B transposed with the scaling in it, since the graph multiplies from the right."""
    parameters = {}
    for name, (a, b) in weights.items():
        for suffix, weight in (("lora_A", a.T), ("lora_B", SCALING * b.T)):
            parameters[f"{name}.{suffix}.weight"] = onnxruntime.OrtValue.ortvalue_from_numpy(
                weight.contiguous().numpy())
    out = onnxruntime.AdapterFormat()
    out.set_adapter_version(1)
    out.set_model_version(1)
    out.set_parameters(parameters)
    out.export_adapter(str(target))


def activate(model, path: Path) -> None:
    """Makes an ORTModel run with the adapter."""
    loaded = onnxruntime.LoraAdapter()
    loaded.Load(str(path))
    options, session = onnxruntime.RunOptions(), model.session
    options.add_active_adapter(loaded)
    run = session.run
    model.lora_adapter = loaded
    session.run = lambda outputs, inputs: run(outputs, inputs, options)
