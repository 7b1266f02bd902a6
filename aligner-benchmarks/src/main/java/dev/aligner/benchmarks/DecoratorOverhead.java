package dev.aligner.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;

/** Runs {@link DecoratorOverheadBenchmark} and prints the differences. */
@Command(
    name = "decorator-overhead",
    description = "What a call of the decorator costs beside upstream model and aligner.",
    mixinStandardHelpOptions = true)
final class DecoratorOverhead implements Callable<Integer> {

  @Override
  public Integer call() throws RunnerException {
    Machine.print();
    Collection<RunResult> results =
        new Runner(new OptionsBuilder().include(DecoratorOverheadBenchmark.class.getName()).build())
            .run();
    double bareKept = nanos(results, "bareKept");
    double bareCorrected = nanos(results, "bareCorrected");
    Table table = new Table("case", "ns a call", "beyond the bare call, us");
    table.row("bare, kept", format(bareKept), "-");
    table.row("bare, corrected", format(bareCorrected), "-");
    addRow(table, "kept, open gate", nanos(results, "kept"), bareKept);
    addRow(table, "corrected, open gate", nanos(results, "corrected"), bareCorrected);
    addRow(table, "corrected, all defaults", nanos(results, "correctedDefaultGate"), bareCorrected);
    table.row("skipped by the gate", format(nanos(results, "skipped")), "-");
    System.out.println(table);
    Machine.printLoad();
    return 0;
  }

  private static void addRow(Table table, String name, double nanos, double bare) {
    table.row(name, format(nanos), String.format(Locale.ROOT, "%.2f", (nanos - bare) / 1000));
  }

  private static String format(double nanos) {
    return String.format(Locale.ROOT, "%.0f", nanos);
  }

  /** The median of the iterations of all processes. */
  private static double nanos(Collection<RunResult> results, String label) {
    Samples samples = new Samples();
    results.stream()
        .filter(result -> result.getPrimaryResult().getLabel().equals(label))
        .flatMap(result -> result.getBenchmarkResults().stream())
        .flatMap(fork -> fork.getIterationResults().stream())
        .forEach(iteration -> samples.add(iteration.getPrimaryResult().getScore()));
    return samples.median();
  }
}
