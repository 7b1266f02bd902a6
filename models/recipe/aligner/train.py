"""Trains a causal language model to correct: from (question, answer) to correction, loss over the correction alone.

Both steps of the paper's recipe are this command: the warm-up on identity rows, then the corrections from its
checkpoint. On one CPU, on one GPU, or with `accelerate launch` and a DeepSpeed configuration on several.
"""

import argparse
import functools
import json
import time
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainerCallback, TrainingArguments, set_seed

from examples import IGNORED, TEMPLATE, Examples, TokenBatches, collate, read_rows


class CorrectionTrainer(Trainer):
    """A trainer that takes batches by tokens and computes scores only where there are labels."""

    def __init__(self, *args, tokens, **kwargs):
        super().__init__(*args, **kwargs)
        self.tokens = tokens

    def get_train_dataloader(self):
        batches = TokenBatches(self.train_dataset, self.tokens, self.args.seed)
        loader = torch.utils.data.DataLoader(self.train_dataset, batch_sampler=batches, collate_fn=self.data_collator)
        return self.accelerator.prepare(loader)

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        labels, weights = inputs.pop("labels"), inputs.pop("weights")
        width = int((labels != IGNORED).any(dim=0).sum()) + 1
        outputs = model(**inputs, logits_to_keep=width)
        scores, wanted = outputs.logits[:, :-1].float(), labels[:, 1 - width:].reshape(-1)
        losses = torch.nn.functional.cross_entropy(
            scores.reshape(-1, scores.shape[-1]), wanted, ignore_index=IGNORED, reduction="none")
        weights = weights[:, 1 - width:].reshape(-1) * (wanted != IGNORED)
        loss = (losses * weights).sum() / weights.sum()
        return (loss, outputs) if return_outputs else loss


class Clock(TrainerCallback):
    """Stops and saves when the time is over, and appends every log entry to a file."""

    def __init__(self, minutes, log):
        self.end, self.log = time.monotonic() + 60 * minutes, log

    def on_step_end(self, args, state, control, **kwargs):
        if time.monotonic() > self.end:
            control.should_save = control.should_training_stop = True
        return control

    def on_log(self, args, state, control, logs=None, **kwargs):
        with open(self.log, "a", encoding="utf-8") as out:
            out.write(json.dumps({"step": state.global_step, **(logs or {})}) + "\n")


def open_model(args):
    """Opens the base, with the adapter of a former step if there is one, or with a new one."""
    dtype = torch.bfloat16 if args.bf16 else torch.float32
    model = AutoModelForCausalLM.from_pretrained(args.base, dtype=dtype)
    if args.mode == "full":
        return model
    if args.start:
        return PeftModel.from_pretrained(model, args.start, is_trainable=True)
    head = model.get_output_embeddings()
    linear = {name.rsplit(".", 1)[-1] for name, module in model.named_modules()
              if isinstance(module, torch.nn.Linear) and module is not head}
    return get_peft_model(model, LoraConfig(
        r=args.rank, lora_alpha=2 * args.rank, target_modules=sorted(linear), task_type="CAUSAL_LM",
        layers_to_transform=list(range(args.first_layer, model.config.num_hidden_layers))))


def options():
    """Returns what the command line offers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", required=True, help="a causal language model in the Hugging Face layout")
    parser.add_argument("--data", nargs="+", required=True, help="question, answer, correction: JSON lines or arrays")
    parser.add_argument("--dev", nargs="*", default=[], help="rows whose loss, weighed as in training, is reported at every save")
    parser.add_argument("--template", default=TEMPLATE, help="the prompt, with {question} and {answer}")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mode", choices=["lora", "full"], default="lora")
    parser.add_argument("--start", help="the adapter of a former step to go on from (lora)")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--first-layer", type=int, default=0, help="leave the layers before this one as they are (lora)")
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--rate", type=float, default=2e-5)
    parser.add_argument("--schedule", default="cosine", help="a schedule of transformers, such as cosine or constant_with_warmup")
    parser.add_argument("--warm-up", type=float, default=0.03, help="share of the steps in which the rate rises")
    parser.add_argument("--tokens", type=int, default=1024, help="tokens in a batch, padding included")
    parser.add_argument("--accumulate", type=int, default=1, help="batches in a step")
    parser.add_argument("--longest", type=int, default=2048, help="longer rows are left out")
    parser.add_argument("--deciding", type=float, default=1.0,
                        help="weight of the tokens at which a correction decides: its first, and its first that is not the answer's")
    parser.add_argument("--keeping", type=float, default=1.0, help="weight of identity rows: the more, the less is corrected")
    parser.add_argument("--save-steps", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop, saved, after so many minutes")
    parser.add_argument("--bf16", action="store_true", help="for GPUs")
    parser.add_argument("--checkpointing", action="store_true", help="recompute activations to save memory")
    parser.add_argument("--deepspeed", help="a DeepSpeed configuration, such as zero3.json")
    parser.add_argument("--seed", type=int, default=20240204)
    return parser


def training_arguments(args):
    """Returns the trainer's settings: AdamW as in the paper."""
    return TrainingArguments(
        output_dir=str(args.out), num_train_epochs=args.epochs, learning_rate=args.rate, lr_scheduler_type=args.schedule,
        warmup_ratio=args.warm_up, weight_decay=0.0, adam_beta1=0.9, adam_beta2=0.95, max_grad_norm=1.0,
        gradient_accumulation_steps=args.accumulate, bf16=args.bf16, gradient_checkpointing=args.checkpointing,
        deepspeed=args.deepspeed, per_device_eval_batch_size=4, eval_strategy="steps" if args.dev else "no",
        eval_steps=args.save_steps, save_steps=args.save_steps, save_total_limit=2, logging_steps=5, seed=args.seed,
        report_to=[], remove_unused_columns=False, disable_tqdm=True, label_names=["labels"],
        prediction_loss_only=True, dataloader_pin_memory=torch.cuda.is_available())


def main():
    args = options().parse_args()
    set_seed(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.base)
    examples = Examples(read_rows(args.data), tokenizer, args.longest, args.template)
    print(f"{len(examples)} rows, {examples.left_out} too long; {sum(len(i['ids']) for i in examples.items)} tokens", flush=True)
    dev = Examples(read_rows(args.dev), tokenizer, args.longest, args.template) if args.dev else None
    args.out.mkdir(parents=True, exist_ok=True)
    trainer = CorrectionTrainer(
        model=open_model(args), args=training_arguments(args), train_dataset=examples, eval_dataset=dev, tokens=args.tokens,
        data_collator=functools.partial(collate, pad=tokenizer.pad_token_id, deciding=args.deciding, keeping=args.keeping),
        callbacks=[Clock(args.minutes, args.out / "log.jsonl")])
    trainer.train(resume_from_checkpoint=any(args.out.glob("checkpoint-*")))
    trainer.save_model(str(args.out / "last"))
    tokenizer.save_pretrained(str(args.out / "last"))


if __name__ == "__main__":
    main()
