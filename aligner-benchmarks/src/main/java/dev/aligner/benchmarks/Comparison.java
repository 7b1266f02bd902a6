package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets engines answer the same inputs in turn, so that what else the machine does hits all alike,
 * and keeps what each did in each bin. The first engine is the one that others are compared with.
 */
final class Comparison {

  private final List<Engine> engines;
  private final CostCurve curve;
  private final Map<String, Map<String, Row>> bins = new TreeMap<>();
  private final Map<String, Samples> promptAlone = new LinkedHashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  Comparison(List<Engine> engines, CostCurve curve) {
    this.engines = List.copyOf(engines);
    this.curve = curve;
  }

  /** Answers every input once without counting it. */
  void warmUp(List<Input> inputs) {
    Input first = inputs.get(0);
    engines.forEach(engine -> answer(engine, first));
  }

  /** Answers every input once by every engine. */
  void round(List<Input> inputs) {
    Engine reference = engines.get(0);
    for (Input input : inputs) {
      Input promptOnly = new Input(input.bin(), input.prompt(), new int[0], 1);
      promptAlone
          .computeIfAbsent(input.bin(), bin -> new Samples())
          .add(reference.answer(promptOnly).millis());
      int[] expected = {};
      for (Engine engine : engines) {
        Answer answer = answer(engine, input);
        if (engine == reference) {
          expected = answer.ids();
        }
        if (!failures.containsKey(engine.name())) {
          row(input, engine).add(input, answer, expected, curve);
        }
      }
    }
  }

  private Row row(Input input, Engine engine) {
    return bins.computeIfAbsent(input.bin(), bin -> new LinkedHashMap<>())
        .computeIfAbsent(engine.name(), name -> new Row());
  }

  /** A peer that fails is out of the rest, and the others go on. */
  private Answer answer(Engine engine, Input input) {
    if (!failures.containsKey(engine.name())) {
      try {
        return engine.answer(input);
      } catch (PeerFailedException e) {
        failures.put(engine.name(), String.valueOf(e.getMessage()));
      }
    }
    return Answer.ofPeer(new int[0], 0);
  }

  List<String> engineNames() {
    return engines.stream().map(Engine::name).toList();
  }

  Map<String, Map<String, Row>> bins() {
    return bins;
  }

  Map<String, String> failures() {
    return failures;
  }

  double promptMillis(String bin) {
    Samples samples = promptAlone.get(bin);
    return samples == null ? 0 : samples.median();
  }

  /** What one engine did in one bin. Not thread-safe. */
  static final class Row {

    final Samples wall = new Samples();
    final Samples outputTokens = new Samples();
    final Samples stepsPerToken = new Samples();
    final Samples drafted = new Samples();
    final Samples accepted = new Samples();
    final Samples ceiling = new Samples();
    final Samples editRatio = new Samples();
    private final List<String> differences = new ArrayList<>();

    void add(Input input, Answer answer, int[] expected, CostCurve curve) {
      int[] ids = answer.ids();
      wall.add(answer.millis());
      outputTokens.add(ids.length);
      answer.steps().ifPresent(steps -> stepsPerToken.add(steps / (double) ids.length));
      drafted.add(answer.drafted());
      accepted.add(answer.accepted());
      Alignment alignment = Alignment.of(expected, input.draft());
      editRatio.add(alignment.editRatio());
      double clairvoyant = alignment.clairvoyantSteps().stream().mapToDouble(curve::millis).sum();
      ceiling.add(expected.length * curve.millis(1) / clairvoyant);
      int mismatch = Arrays.mismatch(ids, expected);
      if (mismatch >= 0) {
        differences.add("at " + mismatch);
      }
    }

    String sameTokens() {
      return differences.isEmpty()
          ? "equal"
          : differences.size() + " differ, first " + differences.get(0);
    }
  }
}
