package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.dataset.DatasetBuilder;
import dev.aligner.dataset.DatasetFormat;
import dev.aligner.dataset.DatasetMonitor;
import dev.aligner.dataset.DatasetOptions;
import dev.aligner.dataset.DatasetResult;
import dev.aligner.dataset.Drift;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * A run of a {@link DatasetBuilder} as the command line does it: with a progress bar for each
 * stage, ended by Ctrl-C, and with a few lines at the end that sum it up. One object makes one run.
 */
final class BulkDataset {

  private static final int INTERRUPTED = 130;

  private final CliContext context;
  private final ModelOptions model;
  private final DatasetOptions options;

  BulkDataset(CliContext context, ModelOptions model, DatasetOptions options) {
    this.context = context;
    this.model = model;
    this.options = options;
  }

  /**
   * Runs.
   *
   * @return the exit code
   */
  int run(Path input, Path output, DatasetBuilder.Existing existing) throws IOException {
    try (Watch watch = new Watch(context)) {
      DatasetResult result;
      if (options.formats().contains(DatasetFormat.IDENTITY)) {
        result = DatasetBuilder.ofIdentity(options).build(input, output, existing, watch);
      } else {
        try (Aligner aligner = context.aligners().open(model)) {
          result =
              DatasetBuilder.of(aligner, ModelFacts.of(model), options)
                  .build(input, output, existing, watch);
        }
      }
      watch.endStage();
      return summary(result);
    }
  }

  private int summary(DatasetResult result) {
    PrintStream err = context.err();
    if (result.end() == DatasetResult.End.STOPPED) {
      err.println("interrupted; the same command goes on from here");
      return INTERRUPTED;
    }
    if (result.end() == DatasetResult.End.COMPLETE_BEFORE) {
      err.println("complete already; nothing was done");
    }
    err.println(
        joined(result.outcomes())
            + (result.outcomes().isEmpty() ? "" : ", ")
            + "bad lines "
            + result.badLines());
    result
        .files()
        .values()
        .forEach(
            file -> {
              String dropped =
                  file.dropped().isEmpty() ? "" : "; left out: " + joined(file.dropped());
              err.println(file.file() + ": " + file.rows() + " rows" + dropped);
            });
    result.drift().ifPresent(drift -> err.println(drift(result.round(), drift)));
    boolean good = result.badLines() == 0 && result.outcomes().getOrDefault("failed", 0L) == 0;
    return good ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String joined(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(count -> count.getKey() + " " + count.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String drift(int round, Drift drift) {
    return String.format(
        Locale.ROOT,
        "round %d: changed %.1f %%, mean edit ratio %.3f (to the first answers %.3f),"
            + " mean length ratio %.3f, refusals %.1f %% (before %.1f %%)",
        round,
        100 * drift.toPrevious().changedShare(),
        drift.toPrevious().meanEditRatio(),
        drift.toOriginal().meanEditRatio(),
        drift.toPrevious().meanLengthRatio(),
        100 * drift.refusalShare(),
        100 * drift.refusalShareBefore());
  }

  /** Shows what a run is at. */
  private static final class Watch implements DatasetMonitor, AutoCloseable {

    private final CliContext context;
    private final Interruption interruption;
    private @Nullable Progress progress;
    private @Nullable Stage stage;

    Watch(CliContext context) {
      this.context = context;
      this.interruption =
          Interruption.listen(
              () -> report("stopping after the lines in work; again to stop at once"));
    }

    @Override
    public synchronized void report(String message) {
      if (progress == null) {
        context.err().println(message);
      } else {
        progress.println(message);
      }
    }

    @Override
    public synchronized void progress(Stage now, long bytes, long totalBytes, long lines) {
      Progress bar = progress;
      if (bar == null || stage != now) {
        endStage();
        boolean visible = context.viewer() == CliContext.Viewer.TERMINAL;
        String task = now.name().toLowerCase(Locale.ROOT);
        bar = new Progress(context.err(), task, totalBytes, visible);
        progress = bar;
        stage = now;
      }
      bar.show(bytes, lines);
    }

    synchronized void endStage() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }

    @Override
    public boolean stopRequested() {
      return interruption.requested();
    }

    @Override
    public void close() {
      endStage();
      interruption.close();
    }
  }
}
