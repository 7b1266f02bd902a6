package dev.aligner.benchmarks;

import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.OnnxGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes how time and memory grow with the length of the answer, as CSV and as a plot. */
@Command(
    name = "growth",
    description = "Time and memory against the length of the answer.",
    mixinStandardHelpOptions = true)
final class Growth implements Callable<Integer> {

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(names = "--out", required = true, description = "Where growth.csv and growth.svg go.")
  private Path out = Path.of("");

  @Option(
      names = "--lengths",
      split = ",",
      defaultValue = "64,128,256,512,1024,2048",
      description = "In ascending order: ${DEFAULT-VALUE}.")
  private List<Integer> lengths = List.of();

  @Option(names = "--prompt-tokens", defaultValue = "64", description = "${DEFAULT-VALUE}")
  private int promptTokens;

  @Option(names = "--repeats", defaultValue = "5", description = "Runs of each length.")
  private int repeats;

  private final List<String> csv = new ArrayList<>(List.of("tokens,engine,ms,peak_mib"));
  private final Map<String, List<double[]>> times = new LinkedHashMap<>();
  private final Map<String, List<double[]>> memory = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    Machine.print();
    ModelFolder model = ModelFolder.read(modelDirectory);
    ScriptedDraft script = new ScriptedDraft(7, model.firstWord(), model.wordsEnd());
    int[] prompt = script.strangers(promptTokens);
    try (OnnxGenerator generator = OnnxGenerator.open(modelDirectory)) {
      OurEngine plain = new OurEngine("plain", generator, Drafting.OFF);
      OurEngine copyAware = new OurEngine("copy-aware", generator, Drafting.AUTO);
      plain.answer(new Input("", prompt, new int[0], 8));
      double base = ProcessMemory.residentMib();
      for (int length : lengths) {
        Input input = new Input("", prompt, new int[0], length);
        int[] output = measure(plain, input, base);
        measure(copyAware, new Input("", prompt, output, length), base);
      }
    }
    Files.createDirectories(out);
    Files.write(out.resolve("growth.csv"), csv);
    String svg =
        new LinePlot()
            .panel("milliseconds against tokens of the answer", times)
            .panel("peak MiB beyond the loaded model", memory)
            .svg();
    Files.writeString(out.resolve("growth.svg"), svg);
    csv.forEach(System.out::println);
    Machine.printLoad();
    return 0;
  }

  /** Memory is what any of the runs so far took, hence the ascending order. */
  private int[] measure(OurEngine engine, Input input, double base) {
    Samples samples = new Samples();
    int[] output = {};
    ProcessMemory.resetPeak();
    for (int i = 0; i < repeats; i++) {
      Answer answer = engine.answer(input);
      samples.add(answer.millis());
      output = answer.ids();
    }
    double peak = ProcessMemory.peakMib() - base;
    int tokens = output.length;
    csv.add(
        String.format(
            Locale.ROOT, "%d,%s,%.1f,%.1f", tokens, engine.name(), samples.median(), peak));
    add(times, engine, tokens, samples.median());
    add(memory, engine, tokens, peak);
    return output;
  }

  private static void add(
      Map<String, List<double[]>> lines, OurEngine engine, int tokens, double value) {
    lines
        .computeIfAbsent(engine.name(), name -> new ArrayList<>())
        .add(new double[] {tokens, value});
  }
}
