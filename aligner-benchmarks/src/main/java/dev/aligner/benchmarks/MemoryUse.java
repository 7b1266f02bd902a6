package dev.aligner.benchmarks;

import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.OnnxGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Tells how much memory a correction takes beyond the loaded model. Each case has a process of its
 * own, since memory that one has taken and freed would hide what the next one takes.
 */
@Command(
    name = "memory",
    description = "Peak memory beyond the loaded model, and flatness over many corrections.",
    mixinStandardHelpOptions = true)
final class MemoryUse implements Callable<Integer> {

  /** What a process measures. */
  enum Case {
    PLAIN,
    COPY_AWARE,
    BARE,
    FLATNESS
  }

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(names = "--prompt-tokens", defaultValue = "512", description = "${DEFAULT-VALUE}")
  private int promptTokens;

  @Option(names = "--new-tokens", defaultValue = "512", description = "${DEFAULT-VALUE}")
  private int newTokens;

  @Option(
      names = "--corrections",
      defaultValue = "200",
      description = "Corrections of the test of flatness: ${DEFAULT-VALUE}; 0 leaves it out.")
  private int corrections;

  @Option(names = "--repeats", defaultValue = "5", description = "Processes of each case.")
  private int repeats;

  @Option(names = "--case", hidden = true, description = "Measures one case in this process.")
  private List<Case> only = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (only.isEmpty()) {
      Machine.print();
      for (int i = 0; i < repeats; i++) {
        for (Case each : List.of(Case.BARE, Case.PLAIN, Case.COPY_AWARE)) {
          runInItsOwnProcess(each);
        }
      }
      if (corrections > 0) {
        runInItsOwnProcess(Case.FLATNESS);
      }
      return 0;
    }
    ModelFolder model = ModelFolder.read(modelDirectory);
    switch (only.get(0)) {
      case BARE -> measureBare(model);
      case PLAIN -> measureOurs(model, Drafting.OFF);
      case COPY_AWARE -> measureOurs(model, Drafting.AUTO);
      case FLATNESS -> measureFlatness(model);
    }
    return 0;
  }

  private void runInItsOwnProcess(Case each) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path", "")));
    command.addAll(List.of(Benchmarks.class.getName(), "memory", "--case", each.name()));
    command.addAll(List.of("--model", modelDirectory.toString()));
    command.addAll(List.of("--prompt-tokens", String.valueOf(promptTokens)));
    command.addAll(List.of("--new-tokens", String.valueOf(newTokens)));
    command.addAll(List.of("--corrections", String.valueOf(corrections)));
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("the process of " + each + " ended with " + exit);
    }
  }

  /** The prompt in one step and the last token of the output in another, and nothing between. */
  private void measureBare(ModelFolder model) {
    try (BareDecoder decoder = BareDecoder.open(model)) {
      int prefill = model.encoderDecoder() ? 1 : promptTokens;
      step(decoder, 1, 1);
      double base = ProcessMemory.residentMib();
      ProcessMemory.resetPeak();
      step(decoder, prefill, 0);
      step(decoder, 1, prefill + newTokens - 2);
      print("bare prefill and last step", base, 0, 0);
    }
  }

  private void step(BareDecoder decoder, int width, int past) {
    try (PreparedStep step = decoder.prepare(width, past, promptTokens)) {
      step.run();
    }
  }

  private void measureOurs(ModelFolder model, Drafting drafting) {
    try (OnnxGenerator generator = OnnxGenerator.open(modelDirectory)) {
      OurEngine engine = new OurEngine("ours", generator, drafting);
      Input input = input(model);
      engine.answer(new Input("", new int[] {input.prompt()[0]}, new int[0], 2));
      double heap = ProcessMemory.heapMib();
      double base = ProcessMemory.residentMib();
      ProcessMemory.resetPeak();
      double allocated = ProcessMemory.allocatedMib();
      engine.answer(input);
      allocated = ProcessMemory.allocatedMib() - allocated;
      String name = drafting == Drafting.OFF ? "ours plain" : "ours copy-aware";
      print(name, base, ProcessMemory.heapMib() - heap, allocated);
    }
  }

  /** The draft cannot be the output, since to make that here would take the memory first. */
  private Input input(ModelFolder model) {
    ScriptedDraft script = new ScriptedDraft(5, model.firstWord(), model.wordsEnd());
    int[] prompt = script.strangers(promptTokens);
    return new Input("", prompt, script.strangers(newTokens), newTokens);
  }

  private static void print(String name, double base, double heap, double allocated) {
    System.out.printf(
        Locale.ROOT,
        "%-28s peak beyond the loaded model %.1f MiB, heap kept %.2f MiB, heap allocated %.1f MiB%n",
        name,
        ProcessMemory.peakMib() - base,
        heap,
        allocated);
  }

  private void measureFlatness(ModelFolder model) {
    try (OnnxGenerator generator = OnnxGenerator.open(modelDirectory)) {
      OurEngine engine = new OurEngine("ours", generator, Drafting.AUTO);
      ScriptedDraft script = new ScriptedDraft(6, model.firstWord(), model.wordsEnd());
      System.out.println("corrections,resident_mib,heap_mib");
      for (int i = 1; i <= corrections; i++) {
        int tokens = 16 + i % 7 * 16;
        int[] draft = script.strangers(tokens);
        engine.answer(new Input("", script.strangers(tokens), draft, tokens / 2));
        if (i % Math.max(1, corrections / 20) == 0) {
          double heap = ProcessMemory.heapMib();
          System.out.printf(Locale.ROOT, "%d,%.1f,%.2f%n", i, ProcessMemory.residentMib(), heap);
        }
      }
    }
  }
}
