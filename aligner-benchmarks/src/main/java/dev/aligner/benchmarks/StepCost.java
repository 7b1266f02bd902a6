package dev.aligner.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what a step of a decoder over k tokens costs, by a bare session. */
@Command(
    name = "step-cost",
    description = "The cost of a decoder's step over k tokens, by a bare session.",
    mixinStandardHelpOptions = true)
final class StepCost implements Callable<Integer> {

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Option(names = "--past", split = ",", defaultValue = "128,512", description = "Tokens before.")
  private List<Integer> pasts = List.of();

  @Option(names = "--source", defaultValue = "64", description = "Tokens an encoder has read.")
  private int source;

  @Option(names = "--repeats", defaultValue = "15", description = "Runs of each width.")
  private int repeats;

  @Override
  public Integer call() {
    Machine.print();
    Map<Integer, CostCurve> curves = new TreeMap<>();
    try (BareDecoder decoder = BareDecoder.open(ModelFolder.read(modelDirectory))) {
      for (int past : pasts) {
        curves.put(past, CostCurve.measure(decoder, CostCurve.WIDTHS, past, source, repeats));
      }
    }
    System.out.println(table(curves));
    Machine.printLoad();
    return 0;
  }

  /** Returns the medians in milliseconds, a line for each past. */
  static String table(Map<Integer, CostCurve> curves) {
    String[] titles = new String[CostCurve.WIDTHS.size() + 1];
    titles[0] = "past, ms at k =";
    for (int i = 1; i < titles.length; i++) {
      titles[i] = String.valueOf(CostCurve.WIDTHS.get(i - 1));
    }
    Table table = new Table(titles);
    curves.forEach(
        (past, curve) -> {
          Object[] cells = new Object[titles.length];
          cells[0] = past;
          for (int i = 1; i < cells.length; i++) {
            cells[i] =
                String.format(Locale.ROOT, "%.2f", curve.millis(CostCurve.WIDTHS.get(i - 1)));
          }
          table.row(cells);
        });
    return table.toString();
  }
}
