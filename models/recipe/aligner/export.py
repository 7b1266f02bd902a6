"""Exports a checkpoint to ONNX with a key-value cache: in the Hugging Face layout by optimum, or by onnxruntime-genai's builder.

For a model of the Llama kind that is to run on a CPU, compact.py writes a smaller and faster graph.
"""

import argparse
import subprocess
import sys
import tempfile

OPSET = 17


def hugging_face(args):
    """Writes model.onnx in fp32; ../quantize.py makes other formats of it."""
    from optimum.exporters.onnx import onnx_export_from_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(args.checkpoint, attn_implementation="eager").eval()
    onnx_export_from_model(model, args.out, opset=OPSET, task="text-generation-with-past", do_validation=False)
    AutoTokenizer.from_pretrained(args.checkpoint).save_pretrained(args.out)


def genai(args):
    """Runs the builder, which quantises too."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "onnxruntime_genai.models.builder", "-i", args.checkpoint, "-o", args.out,
                   "-p", args.precision, "-e", args.provider, "-c", cache]
        if args.precision == "int4":
            command += ["--extra_options", "int4_accuracy_level=4", "int4_block_size=32"]
        subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, help="what merge.py wrote, or a fully trained model")
    parser.add_argument("--layout", choices=["hugging-face", "genai"], default="hugging-face")
    parser.add_argument("--precision", choices=["fp32", "fp16", "int4"], default="int4", help="of the genai layout")
    parser.add_argument("--provider", choices=["cpu", "cuda"], default="cpu", help="of the genai layout")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    (genai if args.layout == "genai" else hugging_face)(args)


if __name__ == "__main__":
    main()
