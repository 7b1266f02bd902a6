package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ExitCode;

/**
 * A {@link BulkCorrection} as the command line runs it: with a progress bar, ended by Ctrl-C, and
 * with one line at the end that sums it up. One object makes one run.
 */
final class BulkRun {

  private static final int INTERRUPTED = 130;

  private final CliContext context;
  private final ModelOptions model;
  private final Path input;
  private final Path output;

  BulkRun(CliContext context, ModelOptions model, Path input, Path output) {
    this.context = context;
    this.model = model;
    this.input = input;
    this.output = output;
  }

  /**
   * Runs.
   *
   * @return the exit code
   */
  int run(BulkCorrection.Existing existing) throws IOException {
    long totalBytes = Files.size(input);
    boolean visible = context.viewer() == CliContext.Viewer.TERMINAL;
    Progress progress = new Progress(context.err(), totalBytes, visible);
    try (Interruption interruption =
        Interruption.listen(
            () -> progress.println("stopping after the lines in work; again to stop at once"))) {
      BulkCorrection.Result result = correct(existing, progress, interruption);
      context.err().println(result.tally());
      if (result.end() == BulkCorrection.End.STOPPED) {
        context.err().println("interrupted; the same command goes on from here");
        return INTERRUPTED;
      }
      return result.tally().allGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private BulkCorrection.Result correct(
      BulkCorrection.Existing existing, Progress progress, Interruption interruption)
      throws IOException {
    try (Aligner aligner = context.aligners().open(model);
        progress) {
      return new BulkCorrection(aligner, input, output, new Watch(progress, interruption))
          .run(existing);
    }
  }

  private record Watch(Progress progress, Interruption interruption)
      implements BulkCorrection.Monitor {

    @Override
    public void report(String message) {
      progress.println(message);
    }

    @Override
    public void progress(long bytes, Tally tally) {
      progress.show(bytes, tally);
    }

    @Override
    public boolean stopRequested() {
      return interruption.requested();
    }
  }
}
