"""Makes every format of a model and prints one Markdown table of what each costs and keeps: what ships is chosen by it.

Measured: size; width invariance (logits and next tokens of many tokens in one step, and of 16 rows in a batch, against one
token of one row a step); the time of one step over k tokens; the time of a plain greedy correction; the figures of the
model card; the share of corrections equal to those of fp32. Timings take turns among the formats, so that a busy machine
is busy for all of them; of steps the median is printed, and the fastest tenth in brackets. Without --data the model is taken as untrained: it reads random tokens, and nothing is corrected.

What is measured is kept in the work folder and not measured again; delete a file of `results` to repeat it.
"""

import argparse
import json
import random
import statistics
import time
from pathlib import Path

import calibrate
import evaluate
import numpy as np
import textio
from quantize import FORMATS, GRAPHS, quantise
from runner import Runner

SEED = 20240204
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
COMPARED = (2, 4, 16, None)
BATCH, PAST = 16, 128
ROUNDS, TIMED = 10, 60


class Study:
    """The formats of one export in a work folder; "fp32" is the export itself."""

    def __init__(self, args):
        self.export, self.data, self.split, self.threads = Path(args.export), args.data, args.split, args.threads
        self.work, self.positions, self.names = Path(args.work), args.positions, ["fp32", *args.formats]
        self.results = self.work / "results"
        self.results.mkdir(parents=True, exist_ok=True)

    def folder(self, name):
        return self.export if name == "fp32" else self.work / name

    def open(self, name):
        return Runner(self.folder(name), self.threads)

    def kept(self, name, measure):
        """Returns what a former run measured under a name, or measures it now."""
        path = self.results / f"{name}.json"
        if not path.exists():
            print("measuring", name, flush=True)
            path.write_text(json.dumps(measure(), ensure_ascii=False))
        return json.loads(path.read_text())

    def make(self):
        """Calibrates and writes the formats that are not there."""
        ranges = self.kept("ranges", lambda: calibrate.calibrate(
            self.export, calibrate.prompts_of(self.export, self.data, 512, SEED), SEED))
        for name in self.names[1:]:
            if not self.folder(name).exists():
                quantise(self.export, self.folder(name), name, ranges)

    def size(self, name):
        """Returns the bytes of the graphs."""
        return sum((self.folder(name) / graph).stat().st_size for graph in GRAPHS if (self.folder(name) / graph).exists())

    def texts(self):
        """Returns the rows of evaluate.py, toxic and clean ones by turns."""
        path = self.results / "inputs.jsonl"
        if not path.exists():
            evaluate.inputs(argparse.Namespace(data=self.data, split=self.split, seed=SEED, out=path, size=600))
        rows = textio.read_rows(path)
        random.Random(SEED).shuffle(rows)
        return rows

    def sequences(self):
        """Returns (prompt, tokens to force) pairs that hold the asked number of positions and fill whole batches."""
        runner = self.open("fp32")
        if self.data is None:
            rows = calibrate.random_prompts(runner.config["vocab_size"], BATCH, -(-self.positions // BATCH), SEED)
            return [(None, row) for row in rows]
        found = []
        for row in self.texts():
            if row["question"] != "mixed":
                prompt = runner.tokenizer.encode(row["answer"].strip()).ids
                found.append((prompt, [runner.config["decoder_start_token_id"], *runner.generate(prompt)[:-1]]))
            if len(found) % BATCH == 0 and sum(len(tokens) for _, tokens in found) >= self.positions:
                return found
        raise SystemExit("too few rows for the asked number of positions")

    def width(self, name, sequences):
        """Compares wide steps and batches with single steps: largest difference of logits, equal next tokens."""
        runner, wide, batch = self.open(name), Agreement(), Agreement()
        for at in range(0, len(sequences), BATCH):
            group = sequences[at:at + BATCH]
            singles = [forced(runner, prompt, tokens, 1) for prompt, tokens in group]
            for (prompt, tokens), single in zip(group, singles):
                for size in COMPARED:
                    wide.add(single, forced(runner, prompt, tokens, size or len(tokens)))
            for single, row in zip(singles, forced_batch(runner, group)):
                batch.add(single, row[:len(single)])
        return {"wide": vars(wide), "batch": vars(batch)}

    def answers(self, name):
        """Corrects every row, one token a step."""
        runner, rows = self.open(name), []
        for row in self.texts():
            correction, ended = runner.correct(row["answer"])
            rows.append({**row, "correction": correction, "finish_reason": "eos" if ended else "length"})
        return rows

    def curves(self):
        """Returns {format: [milliseconds of steps over so many tokens, for each of WIDTHS]}, formats taking turns."""
        rng = np.random.default_rng(SEED)
        runners = {name: self.open(name) for name in self.names}
        vocabulary = runners["fp32"].config["vocab_size"]
        prompt, tokens = (rng.integers(3, vocabulary, size) for size in (PAST, PAST + max(WIDTHS)))
        for runner in runners.values():
            runner.begin([prompt.tolist()])
            runner.step(tokens[None, :PAST])
        found = {name: {k: [] for k in WIDTHS} for name in runners}
        for _ in range(ROUNDS):
            for name, runner in runners.items():
                for k in WIDTHS:
                    step = tokens[None, PAST:PAST + k]
                    runner.run(step)
                    found[name][k] += [milliseconds(runner.run, step) for _ in range(5 if k <= 16 else 2)]
        return {name: list(times.values()) for name, times in found.items()}

    def corrections(self):
        """Returns {format: milliseconds of each plain greedy correction}, formats taking turns."""
        runners = {name: self.open(name) for name in self.names}
        texts = [row["answer"] for row in self.texts() if row["question"].startswith("toxic")][:TIMED]
        for runner in runners.values():
            runner.correct(texts[0])
        found = {name: [] for name in runners}
        for text in texts:
            for name, runner in runners.items():
                found[name].append(milliseconds(runner.correct, text))
        return found

    def rows(self):
        """Yields (figure, {format: cell})."""
        yield "size, MB", {name: f"{self.size(name) / 1e6:.1f}" for name in self.names}
        sequences = None
        widths = {}
        for name in self.names:
            if not (self.results / f"width-{name}.json").exists():
                sequences = sequences or self.sequences()
            widths[name] = self.kept(f"width-{name}", lambda: self.width(name, sequences))
        for kind, title in (("wide", "wide against single steps"), ("batch", f"batch of {BATCH} against single rows")):
            yield f"{title}: logits differ by at most", {n: f"{w[kind]['worst']:.1e}" for n, w in widths.items()}
            yield f"{title}: next tokens equal", {n: f"{w[kind]['same']} of {w[kind]['total']}" for n, w in widths.items()}
        if self.data:
            yield from self.quality()
            times = self.kept("corrections", self.corrections)
            yield "plain greedy correction, ms", {n: f"{statistics.median(times[n]):.1f}" for n in self.names}
            ratio = {n: statistics.median(b / a for a, b in zip(times["fp32"], times[n])) for n in self.names}
            yield "the same, as a share of fp32's", {n: f"{r:.2f}" for n, r in ratio.items()}
        curves = self.kept("curves", self.curves)
        for at, k in enumerate(WIDTHS):
            yield f"step of {k} tokens, ms", {n: spread(curves[n][at]) for n in self.names}

    def quality(self):
        """Yields the figures of the model card, and the equality with fp32."""
        answers = {name: self.kept(f"answers-{name}", lambda: self.answers(name)) for name in self.names}
        figures = {name: evaluate.figures(self.data, self.split, rows) for name, rows in answers.items()}
        for at, (title, _, digits, _) in enumerate(figures["fp32"]):
            yield title, {name: f"{found[at][3][0]:.{digits}f}" for name, found in figures.items()}
        equal = {name: evaluate.share(a["correction"] == b["correction"] for a, b in zip(answers["fp32"], rows))
                 for name, rows in answers.items()}
        yield "corrections equal to fp32's", {name: f"{value:.3f}" for name, value in equal.items()}

    def table(self):
        """Prints the table: a row a figure, a column a format."""
        lines = [f"| {title} | " + " | ".join(cells[name] for name in self.names) + " |" for title, cells in self.rows()]
        print("| | " + " | ".join(self.names) + " |\n" + "|---" * (len(self.names) + 1) + "|")
        print("\n".join(lines))


class Agreement:
    """Counts how far logits agree with those of single steps."""

    def __init__(self):
        self.worst, self.same, self.total = 0.0, 0, 0

    def add(self, single, other):
        self.worst = max(self.worst, float(np.abs(single - other).max()))
        self.same += int((single.argmax(1) == other.argmax(1)).sum())
        self.total += len(single)


def forced(runner, prompt, tokens, size):
    """Returns the logits after each token when they are fed so many a step."""
    runner.begin([prompt or [0]])
    return np.concatenate([runner.step([tokens[i:i + size]])[0] for i in range(0, len(tokens), size)])


def forced_batch(runner, group):
    """Returns the logits of rows that go side by side, one token a step; short rows go on with token 0."""
    runner.begin([prompt or [0] for prompt, _ in group])
    longest = max(len(tokens) for _, tokens in group)
    tokens = np.array([tokens + [0] * (longest - len(tokens)) for _, tokens in group])
    return np.concatenate([runner.step(tokens[:, [i]]) for i in range(longest)], axis=1)


def spread(times):
    """Writes the median and, for machines that do other things beside, the fastest tenth."""
    return f"{statistics.median(times):.2f} ({np.quantile(times, 0.1):.2f})"


def milliseconds(action, argument):
    """Returns how long a call takes."""
    begun = time.perf_counter()
    action(argument)
    return 1000 * (time.perf_counter() - begun)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", required=True, help="folder with the fp32 graphs")
    parser.add_argument("--data", type=Path, help="folder that prepare.py wrote, for a trained model")
    parser.add_argument("--work", required=True, help="folder to make the formats in; never inside the repository")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS), metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--positions", type=int, default=2000, help="token positions of the comparison of widths")
    parser.add_argument("--threads", type=int, default=2)
    study = Study(parser.parse_args())
    study.make()
    study.table()


if __name__ == "__main__":
    main()
