"""What is expected of a checkpoint, and whether a difference is a tie."""

import copy

import onnxruntime
import torch
from optimum.onnxruntime import ORTModelForCausalLM, ORTModelForSeq2SeqLM

import decoding
import opening

TIE = {False: 1e-5, True: 1e-4}
SCORE_TOLERANCE, FP16_TOLERANCE = 2e-4, 1e-2
ABSENT = -1e8
# Of a quantised graph optimum's ORTModel over the same files is the judge.
JUDGED_BY_ORT = {"fp16", "fp16-converted", "int8", "q8", "q4"}


class Judge:

    def __init__(self, checkpoint, layout: str, folder):
        self.checkpoint, self.layout, self.folder = checkpoint, layout, folder
        model = checkpoint.model
        self.tolerance = FP16_TOLERANCE if layout.startswith("fp16") else SCORE_TOLERANCE
        self._opened = None
        self.bench = decoding.Bench(model, [], checkpoint.tokenizer)
        self.model = model if layout not in JUDGED_BY_ORT else self._ort()

    def expected(self, ids: list, options: dict) -> decoding.Outcome:
        return self._run(self.model, ids, options)

    def compare(self, ids: list, options: dict, line: dict) -> tuple:
        try:
            wanted = self.expected(ids, options)
        except Exception as failure:
            return "judge failed", f"{type(failure).__name__} {str(failure)[:200]}"
        sequences = line.get("sequences") or [line]
        found = [row["token_ids"] for row in sequences]
        if found == wanted.sequences:
            return self._scores(wanted, sequences)
        return self._explain(ids, options, found, wanted)

    def _scores(self, wanted, sequences: list) -> tuple:
        for score, row in zip(wanted.scores, sequences):
            if score is not None and abs(score - float(row["score"])) > self.tolerance * max(1.0, abs(score)):
                return "score", f"{row['score']} for {score}"
        return "equal", ""

    def _explain(self, ids: list, options: dict, found: list, wanted) -> tuple:
        detail = f"{found} for {wanted.sequences}"
        beams = wanted.scores[0] is not None
        if beams and _but_for_absent(found, wanted) == _but_for_absent(wanted.sequences, wanted):
            return "tie", f"beams that are not there; {detail}"
        if not beams and self._gap(ids, options, found[0], wanted) < TIE[False]:
            return "tie", f"gap; {detail}"
        if beams and any(self._run(self._noisy(seed), ids, options).sequences == found for seed in range(6)):
            return "tie", f"noise; {detail}"
        try:
            same = self._run(self._ort(), ids, options).sequences == found
        except Exception as failure:
            return "mismatch", f"(no ORTModel: {str(failure)[:100]}) {detail}"
        return ("export" if same else "mismatch"), detail

    def _gap(self, ids: list, options: dict, found: list, wanted) -> float:
        """Between the two best processed scores where the outputs part."""
        row = wanted.sequences[0]
        at = next((i for i, (a, b) in enumerate(zip(found, row)) if a != b), None)
        return float("inf") if at is None else wanted.gaps[at]

    def _run(self, model, ids: list, options: dict):
        prompt = torch.tensor([ids])
        arguments = self.bench._arguments({k: v for k, v in options.items() if k != "seed"})
        with torch.no_grad():
            out = model.generate(prompt, attention_mask=torch.ones_like(prompt), output_scores=True,
                                 return_dict_in_generate=True, **arguments)
        start = 1 if self.checkpoint.seq2seq else len(ids)
        rows = [self.bench._cut(row[start:].tolist(), options) for row in out.sequences]
        scores = getattr(out, "sequences_scores", None)
        if scores is not None:
            return Outcome(rows, scores.tolist(), [])
        best = [step[0].topk(2).values for step in out.scores]
        return Outcome(rows, [None] * len(rows), [float(b[0] - b[1]) for b in best])

    def _noisy(self, seed: int):
        model = copy.deepcopy(self.checkpoint.model)
        generator = torch.Generator().manual_seed(seed)
        head = model.get_output_embeddings()
        def add(module, args, output):
            return output + torch.randn(output.shape[-1:], generator=generator) * TIE[True] / 4
        head.register_forward_hook(add)
        return model

    def _ort(self):
        """optimum's ORTModel over the graphs; ONNX Runtime cannot optimise some fp16 graphs."""
        if self._opened is None:
            session = onnxruntime.SessionOptions()
            session.intra_op_num_threads = 1
            if self.layout.startswith("fp16"):
                session.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
            more = {"use_cache": self.layout != "no-cache"}
            if self.checkpoint.seq2seq:
                more["use_merged"] = (self.folder / "decoder_model_merged.onnx").exists()
            factory = ORTModelForSeq2SeqLM if self.checkpoint.seq2seq else ORTModelForCausalLM
            model = factory.from_pretrained(
                self.folder, local_files_only=True, session_options=session, use_io_binding=False, **more)
            model.generation_config = self.checkpoint.model.generation_config
            if not self.checkpoint.seq2seq:
                opening.read_cache_sizes(model)
            self._opened = model
        return self._opened


def _but_for_absent(sequences: list, wanted) -> list:
    """Without those that stand in for beams that were not found: topk draws them from many of one score."""
    return [ids for ids, score in zip(sequences, wanted.scores) if score > ABSENT]


class Outcome:

    def __init__(self, sequences: list, scores: list, gaps: list):
        self.sequences, self.scores, self.gaps = sequences, scores, gaps
