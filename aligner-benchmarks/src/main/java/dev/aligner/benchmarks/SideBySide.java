package dev.aligner.benchmarks;

import dev.aligner.benchmarks.Inputs.ScriptSizes;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.OnnxGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs this library and its peers over the same model and inputs, and prints one table. */
@Command(
    name = "side-by-side",
    description = "This library and its peers in one table.",
    mixinStandardHelpOptions = true)
final class SideBySide implements Callable<Integer> {

  private static final String PLAIN = "ours plain";
  private static final String COPY_AWARE = "ours copy-aware";
  private static final List<String> KNOWN_PEERS =
      List.of("transformers.js", "transformers", "Spark NLP");

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(
      names = "--peer",
      paramLabel = "NAME=COMMAND",
      description = "A peer and the command that starts it; may be repeated.")
  private Map<String, String> peers = new LinkedHashMap<>();

  @Option(names = "--rounds", defaultValue = "5", description = "How often: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--prompts", defaultValue = "1", description = "Prompts: ${DEFAULT-VALUE}.")
  private int prompts;

  @Option(names = "--prompt-tokens", defaultValue = "256", description = "${DEFAULT-VALUE}")
  private int promptTokens;

  @Option(names = "--new-tokens", defaultValue = "256", description = "${DEFAULT-VALUE}")
  private int newTokens;

  @Option(names = "--seed", defaultValue = "17", description = "${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--ratios",
      split = ",",
      defaultValue = "0,0.02,0.05,0.10,0.30,1",
      description = "Edit ratios of scripted drafts; 1 is a rewrite: ${DEFAULT-VALUE}.")
  private List<Double> ratios = List.of();

  @Option(
      names = "--sentences",
      description = "Real inputs instead of scripted ones, a line each: a corrector of sentences.")
  private @Nullable Path sentences;

  @Option(names = "--drafting", defaultValue = "AUTO", description = "AUTO or ON.")
  private Drafting drafting = Drafting.AUTO;

  @Override
  public Integer call() throws IOException {
    Machine.print();
    ModelFolder model = ModelFolder.read(modelDirectory);
    List<Engine> engines = new ArrayList<>();
    try (OnnxGenerator generator = OnnxGenerator.open(modelDirectory)) {
      List<Input> inputs = inputs(generator, model);
      CostCurve curve = curve(model, inputs);
      engines.add(new OurEngine(PLAIN, generator, Drafting.OFF));
      engines.add(new OurEngine(COPY_AWARE, generator, drafting));
      for (Map.Entry<String, String> peer : peers.entrySet()) {
        Path log = Files.createTempFile("peer-", ".log");
        System.out.println(peer.getKey() + " logs to " + log);
        engines.add(PeerEngine.start(peer.getKey(), peer.getValue(), log));
      }
      Comparison comparison = new Comparison(engines, curve);
      comparison.warmUp(inputs);
      for (int round = 0; round < rounds; round++) {
        comparison.round(inputs);
        System.err.println("round " + (round + 1) + " of " + rounds);
      }
      print(comparison);
    } finally {
      engines.forEach(Engine::close);
    }
    return 0;
  }

  private List<Input> inputs(OnnxGenerator generator, ModelFolder model) {
    return sentences == null
        ? Inputs.scripted(
            generator, model, new ScriptSizes(prompts, promptTokens, newTokens, seed), ratios)
        : Inputs.ofSentences(generator, modelDirectory, sentences, newTokens);
  }

  /** The curve in the middle of an output, where a step costs what the mean step does. */
  private CostCurve curve(ModelFolder model, List<Input> inputs) {
    int prompt = (int) inputs.stream().mapToInt(i -> i.prompt().length).average().orElse(1);
    int half = (sentences == null ? newTokens : prompt) / 2;
    int past = model.encoderDecoder() ? half : prompt + half;
    try (BareDecoder decoder = BareDecoder.open(model)) {
      CostCurve curve = CostCurve.measure(decoder, CostCurve.WIDTHS, past, prompt, 9);
      System.out.println("\nCost of a step, bare session, past of " + past + ":");
      System.out.println(StepCost.table(Map.of(past, curve)));
      return curve;
    }
  }

  private void print(Comparison comparison) {
    System.out.println(
        sentences == null
            ? "Scripted drafts: made of the model's own plain output by seeded edits.\n"
            : "Drafts: the sentences themselves.\n");
    System.out.println(new ComparisonReport(comparison, COPY_AWARE).table());
    KNOWN_PEERS.stream()
        .filter(name -> !peers.containsKey(name))
        .forEach(name -> System.out.println(name + ": not run"));
    Machine.printLoad();
  }
}
