package dev.aligner.benchmarks;

import dev.aligner.onnx.OnnxGenerator;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Loads a model by the library and by bare sessions from the paths, in turn. The library's time
 * includes its tokenizer, its reading of the graph and its probes.
 */
@Command(
    name = "load-time",
    description = "Loading a model, against bare sessions.",
    mixinStandardHelpOptions = true)
final class LoadTime implements Callable<Integer> {

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(names = "--repeats", defaultValue = "7", description = "Loads of each.")
  private int repeats;

  @Override
  public Integer call() {
    Machine.print();
    ModelFolder model = ModelFolder.read(modelDirectory);
    Samples ours = new Samples();
    Samples bare = new Samples();
    for (int i = -1; i < repeats; i++) {
      double our = millis(() -> OnnxGenerator.open(modelDirectory).close());
      double their = millis(() -> BareDecoder.open(model).close());
      // The first time loads classes and fills the file cache.
      if (i >= 0) {
        ours.add(our);
        bare.add(their);
      }
    }
    Table table = new Table("open and close", "ms [range]");
    table.row("ours", ours.withRange());
    table.row("bare session of the decoder", bare.withRange());
    System.out.println(table);
    Machine.printLoad();
    return 0;
  }

  private static double millis(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
