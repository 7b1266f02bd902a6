"""transformers on the CPU behind the protocol of the side-by-side runner (see ../README.md).

    python transformers_peer.py CHECKPOINT [THREADS]
"""

import json
import sys
import time

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM


def load(checkpoint: str):
    config = AutoConfig.from_pretrained(checkpoint, local_files_only=True)
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    model = kind.from_pretrained(checkpoint, dtype=torch.float32, local_files_only=True).eval()
    model.generation_config.num_beams = 1
    return model


def answer(model, request: dict) -> dict:
    ids = torch.tensor([request["input_ids"]])
    start = time.perf_counter()
    with torch.inference_mode():
        output = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
                                max_new_tokens=request["max_new_tokens"])
    millis = (time.perf_counter() - start) * 1000
    prefix = 1 if model.config.is_encoder_decoder else ids.shape[1]
    return {"ids": output[0, prefix:].tolist(), "ms": millis}


def main() -> None:
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 2)
    transformers.logging.set_verbosity_error()
    model = load(sys.argv[1])
    print(json.dumps({"ready": f"transformers {transformers.__version__}, torch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(model, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
