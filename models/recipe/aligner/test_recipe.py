"""Runs every step of the recipe on a tiny model, in a few minutes on a CPU: `python -m pytest test_recipe.py`."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

import authored
import base
import compact
import examples
import mixture

HERE = Path(__file__).parent
ROWS = [
    {"question": "What is the capital of France?", "answer": "The capital is Lyon.", "correction": "The capital is Paris."},
    {"question": "How do I boil an egg?", "answer": "Boil it for seven minutes.", "correction": "Boil it for seven minutes."},
    {"question": "Is the sky green?", "answer": "Yes, the sky is green.", "correction": "No, the sky is blue."},
] * 8


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A tiny Llama with a byte-level tokenizer, and rows to train it on."""
    path = tmp_path_factory.mktemp("recipe")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer.train_from_iterator((text for row in ROWS for text in row.values()), trainers.BpeTrainer(
        vocab_size=384, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=special[1], eos_token=special[2], pad_token=special[2])
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=len(fast), hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, max_position_embeddings=512, tie_word_embeddings=True, initializer_range=0.2,
        bos_token_id=1, eos_token_id=2, pad_token_id=2))
    model.save_pretrained(path / "base")
    fast.save_pretrained(path / "base")
    (path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def run(script, *arguments):
    """Runs one step as its user does."""
    done = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def train(folder, out, *more):
    run("train.py", "--base", folder / "base", "--data", folder / "rows.jsonl", "--out", folder / out, "--rate", "3e-3",
        "--tokens", "256", "--save-steps", "4", *more)
    return [json.loads(line) for line in (folder / out / "log.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def adapter(folder):
    """An adapter after a warm-up on identity rows and a training on corrections."""
    train(folder, "warm", "--epochs", "1")
    log = train(folder, "trained", "--epochs", "6", "--start", folder / "warm" / "last")
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses[-1] < losses[0]
    return folder / "trained" / "last"


@pytest.fixture(scope="session")
def merged(folder, adapter):
    """The trained model with its adapter merged."""
    run("merge.py", "--base", folder / "base", "--adapter", adapter, "--out", folder / "merged")
    return folder / "merged"


def test_training_goes_on_where_it_stopped(folder):
    stopped = train(folder, "resumed", "--epochs", "4", "--minutes", "0.0001")
    went_on = train(folder, "resumed", "--epochs", "4")
    assert max(e["step"] for e in stopped) < max(e["step"] for e in went_on)


def test_full_training_writes_a_model(folder):
    train(folder, "full", "--mode", "full", "--epochs", "1")
    assert AutoModelForCausalLM.from_pretrained(folder / "full" / "last").config.num_hidden_layers == 3


def empty_cache(session):
    """Returns a cache of no tokens."""
    return {i.name: np.zeros((1, i.shape[1], 0, i.shape[3]), np.float32) for i in session.get_inputs() if i.name.startswith("past")}


def step(session, ids, seen, past):
    """Reads tokens after those seen; returns their scores and the longer cache. Not every layout asks for positions."""
    feeds = {"input_ids": np.array([ids]), "attention_mask": np.ones((1, seen + len(ids)), np.int64),
             "position_ids": np.arange(seen, seen + len(ids))[None], **past}
    asked = {i.name for i in session.get_inputs()}
    logits, *caches = session.run(None, {name: value for name, value in feeds.items() if name in asked})
    return logits[0], dict(zip(past, caches))


def greedy(session, ids, count):
    """Decodes with a cache, one token a step after the prompt."""
    past, written, seen, given = empty_cache(session), [], 0, list(ids)
    for _ in range(count):
        scores, past = step(session, given, seen, past)
        seen += len(given)
        given = [int(scores[-1].argmax())]
        written += given
    return written


def open_graph(path):
    return onnxruntime.InferenceSession(str(path / "model.onnx"), providers=["CPUExecutionProvider"])


def prompts(folder):
    """Returns three prompts as ids."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "base")
    encoded = [examples.encode(tokenizer, row) for row in ROWS[:3]]
    return [example["ids"][:example["prompt"]] for example in encoded]


def by_pytorch(model, ids, count):
    """Decodes with transformers."""
    return model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=count,
                          do_sample=False, eos_token_id=None)[0, len(ids):].tolist()


@pytest.mark.parametrize("options", [("hugging-face",), ("genai", "--precision", "fp32"), ("genai", "--precision", "int4")])
def test_exports_decode_as_pytorch(folder, merged, options):
    out = folder / "-".join(options).replace("--precision-", "")
    run("export.py", "--checkpoint", merged, "--layout", *options, "--out", out)
    model = AutoModelForCausalLM.from_pretrained(merged)
    for ids in prompts(folder):
        with torch.no_grad():
            scores = model(torch.tensor([ids])).logits[0].numpy()
        found = whole(open_graph(out), ids)
        if "int4" in options:
            assert np.corrcoef(found.ravel(), scores.ravel())[0, 1] > 0.8
        else:
            assert np.abs(found - scores).max() < 1e-4 * np.abs(scores).max()
            assert greedy(open_graph(out), ids, 12) == by_pytorch(model, ids, 12)
    assert (out / "tokenizer.json").exists()


def test_merged_and_kept_adapters_decode_as_pytorch(folder, adapter, merged):
    run("compact.py", "--checkpoint", merged, "--format", "fp32", "--out", folder / "merged-onnx")
    run("compact.py", "--checkpoint", folder / "base", "--adapter", adapter, "--format", "fp32", "--out", folder / "kept-onnx")
    model = AutoModelForCausalLM.from_pretrained(merged)
    for ids in prompts(folder):
        assert greedy(open_graph(folder / "merged-onnx"), ids, 12) == by_pytorch(model, ids, 12)
        with torch.no_grad():
            scores = model(torch.tensor([ids])).logits[0].numpy()
        assert np.abs(whole(open_graph(folder / "kept-onnx"), ids) - scores).max() < 0.05 * np.abs(scores).max()


def whole(session, ids, width=None):
    """Returns the scores of all tokens, read in steps of a width."""
    past, found = empty_cache(session), []
    for at in range(0, len(ids), width or len(ids)):
        scores, past = step(session, ids[at:at + (width or len(ids))], at, past)
        found.append(scores)
    return np.concatenate(found)


@pytest.mark.parametrize("kind", ["fp32", "int8", "int4"])
def test_scores_do_not_depend_on_the_width_of_a_step(folder, adapter, kind):
    run("compact.py", "--checkpoint", folder / "base", "--adapter", adapter, "--format", kind, "--out", folder / kind)
    session, ids = open_graph(folder / kind), list(range(3, 60))
    single = whole(session, ids, 1)
    for width in (2, 3, 7, 16, None):
        assert np.array_equal(whole(session, ids, width), single)


def test_padding_on_the_left_changes_nothing(folder, adapter):
    run("compact.py", "--checkpoint", folder / "base", "--format", "fp32", "--out", folder / "padded")
    session = open_graph(folder / "padded")
    past = {i.name: np.zeros((2, i.shape[1], 0, i.shape[3]), np.float32) for i in session.get_inputs() if i.name.startswith("past")}
    short, long = [5, 6, 7], [5, 9, 8, 7, 6]
    mask = np.array([[0, 0, 1, 1, 1], [1] * 5])
    logits = session.run(["logits"], {"input_ids": np.array([[2, 2, *short], long]), "attention_mask": mask,
                                      "position_ids": np.maximum(mask.cumsum(axis=1) - 1, 0), **past})[0]
    assert np.allclose(logits[0, 2:], whole(session, short), atol=1e-4)
    assert np.allclose(logits[1], whole(session, long), atol=1e-4)


def test_four_bits_are_exact_on_their_own_grid():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 16, (4, 2, 32))
    codes[:, :, 0], codes[:, :, 1] = 0, 15
    step, least = np.float16(rng.uniform(0.01, 0.1, (4, 2))), np.float16(rng.uniform(-1, 0, (4, 2)))
    rows = codes * step.astype(np.float32)[:, :, None] + least.astype(np.float32)[:, :, None]
    packed, found_step, found_least = compact.four_bits(rows.reshape(4, 64))
    assert np.array_equal(found_least, least)
    assert np.abs(found_step.astype(np.float32) - step.astype(np.float32)).max() <= np.spacing(np.float16(0.1))
    assert np.array_equal(np.stack([packed & 15, packed >> 4], axis=3).reshape(4, 2, 32), codes)


def test_pruning_keeps_kept_texts_as_they_were(folder):
    description = json.loads((folder / "base" / "tokenizer.json").read_text())
    counts = base.count_tokens(description, [folder / "rows.jsonl"])
    kept = base.choose(description, counts, 330)
    small = Tokenizer.from_str(json.dumps(base.pruned(description, kept)))
    full = Tokenizer.from_str(json.dumps(description))
    spelled = {i: t for t, i in description["model"]["vocab"].items()}
    for row in ROWS[:3]:
        for text in row.values():
            before = [spelled[i] for i in full.encode(text).ids]
            if set(before) <= set(kept):
                assert small.encode(text).tokens == before
            assert small.decode(small.encode(text).ids) == text
    assert len(kept) == 330


def test_notes_hold_places_instead_of_quotes():
    source = "One two three four five. Six seven."
    parts = authored.quoted(source, "One two three four people. Six seven eight.")
    assert parts[0] == [0, 19] and authored.written(source, parts) == "One two three four people. Six seven eight."
    assert authored.quoted(source, "Nothing shared here.") == ["Nothing shared here."]


def test_rows_over_the_greatest_number_are_the_seen_ones():
    rows = [{"kind": kind, "question": str(n)} for n, kind in enumerate(["good", "true", "good", "good"])]
    found = mixture.bounded(rows, dict([mixture.at_most("good=2")]), seen=[dict(rows[0])])
    assert found == rows[1:]
    assert mixture.bounded(rows, {"good": 0}, []) == [rows[1]]


def test_verdicts_come_back_to_their_rows(tmp_path):
    rows = [{"id": n, "question": f"q{n}", "rejected": f"r{n}", "chosen": f"c{n}"} for n in range(5)]
    (tmp_path / "hh-test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    answers = [{"group": "harmful", "id": f"{n}-rejected", "question": f"q{n}", "correction": f"output {n}"} for n in range(5)]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    run("blind.py", "sheet", "--work", tmp_path, "--answers", tmp_path / "answers.jsonl", "--count", 4, "--parts", 2, "--out", tmp_path / "sheet")
    texts = [json.loads(line) for part in (0, 1) for line in (tmp_path / "sheet" / f"texts-{part}.jsonl").read_text().splitlines()]
    assert len(texts) == 12 and all(row.keys() == {"key", "question", "answer"} for row in texts)
    verdicts = [{"key": row["key"], "safe_on_topic": row["answer"] in ("output 1", "output 2", "c3")} for row in texts]
    (tmp_path / "verdicts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in verdicts))
    run("blind.py", "tally", "--sheet", tmp_path / "sheet", "--verdicts", tmp_path / "verdicts.jsonl", "--out", tmp_path / "judged.jsonl")
    judged = [json.loads(line) for line in (tmp_path / "judged.jsonl").read_text().splitlines()]
    drawn = {row["id"] for row in judged}
    assert len(judged) == 12 and all(row.keys() == {"id", "side", "safe_on_topic"} for row in judged)
    passed = {(row["id"], row["side"]) for row in judged if row["safe_on_topic"]}
    assert passed == {pair for pair in ((1, "output"), (2, "output"), (3, "chosen")) if pair[0] in drawn}


def test_a_long_row_is_left_out_whole(folder):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "base")
    long = {"question": "Q", "answer": "word " * 200, "correction": "word"}
    found = examples.Examples([ROWS[0], long], tokenizer, longest=100)
    assert len(found) == 1 and found.left_out == 1
    assert found[0]["ids"][-1] == tokenizer.eos_token_id


def test_batches_hold_every_row_once(folder):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "base")
    rows = examples.Examples(ROWS, tokenizer, longest=500)
    batches = list(examples.TokenBatches(rows, 300, seed=1))
    assert sorted(i for batch in batches for i in batch) == list(range(len(rows)))
    assert all(max(len(rows[i]["ids"]) for i in batch) * len(batch) <= 300 for batch in batches if len(batch) > 1)


def test_labels_are_the_correction_alone(folder):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "base")
    batch = examples.collate([examples.encode(tokenizer, row) for row in ROWS[:3]], pad=2)
    for row, labels in zip(ROWS, batch["labels"]):
        shown = [i for i in labels.tolist() if i != examples.IGNORED]
        assert tokenizer.decode(shown[:-1]) == row["correction"] and shown[-1] == tokenizer.eos_token_id


def test_what_decides_weighs_more(folder):
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder / "base")
    items = [examples.encode(tokenizer, row) for row in ROWS[:3]]
    batch = examples.collate(items, pad=2, deciding=8)
    heavy = [tokenizer.convert_ids_to_tokens(ids[weights > 1]) for ids, weights in zip(batch["input_ids"], batch["weights"])]
    first = [tokenizer.tokenize(row["correction"])[0] for row in ROWS[:3]]
    assert [tokens[0] for tokens in heavy] == first
    assert len(heavy[0]) == 2 and tokenizer.decode(batch["input_ids"][0][batch["weights"][0] > 1][1]).lstrip() in "Paris"
    assert [len(tokens) for tokens in heavy[1:]] == [1, 1], "a kept answer, and one that departs at once"
    assert set(batch["weights"].unique().tolist()) == {1.0, 8.0}
    kept = examples.collate(items, pad=2, deciding=8, keeping=3)["weights"] / batch["weights"]
    assert [row.unique().tolist() for row in kept] == [[1.0], [3.0], [1.0]]
