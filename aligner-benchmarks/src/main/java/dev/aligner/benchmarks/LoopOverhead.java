package dev.aligner.benchmarks;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs {@link LoopOverheadBenchmark} and prints the difference. */
@Command(
    name = "loop-overhead",
    description = "What the loop around a step costs, over trivial-t5-small.",
    mixinStandardHelpOptions = true)
final class LoopOverhead implements Callable<Integer> {

  @Option(names = "--model", required = true, description = "The directory of the model.")
  private Path modelDirectory = Path.of("");

  @Override
  public Integer call() throws RunnerException {
    Machine.print();
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(LoopOverheadBenchmark.class.getName())
                    .param("model", modelDirectory.toAbsolutePath().toString())
                    .build())
            .run();
    double ours = micros(results, "ours");
    double bare = micros(results, "bare");
    System.out.printf(
        Locale.ROOT,
        "a step: ours %.1f us, bare %.1f us, the loop %.1f us%n",
        ours,
        bare,
        ours - bare);
    Machine.printLoad();
    return 0;
  }

  /** The median of the iterations of all processes. */
  private static double micros(Collection<RunResult> results, String label) {
    Samples samples = new Samples();
    results.stream()
        .filter(result -> result.getPrimaryResult().getLabel().equals(label))
        .flatMap(result -> result.getBenchmarkResults().stream())
        .flatMap(fork -> fork.getIterationResults().stream())
        .forEach(iteration -> samples.add(iteration.getPrimaryResult().getScore()));
    return samples.median();
  }
}
