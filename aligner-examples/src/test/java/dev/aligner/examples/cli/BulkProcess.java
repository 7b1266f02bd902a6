package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A bulk run in a process of its own, with a stub for a model: arguments are the input, the output
 * and the milliseconds a correction takes.
 */
final class BulkProcess {

  private BulkProcess() {}

  public static void main(String[] args) throws Exception {
    long millis = Long.parseLong(args[2]);
    Aligner stub =
        request -> {
          try {
            Thread.sleep(millis);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Correction.of(request, request.answer().replace("damn ", ""));
        };
    PrintStream out = new PrintStream(System.out, /* autoFlush= */ true, StandardCharsets.UTF_8);
    CliContext context = new CliContext(out, out, CliContext.Viewer.NOBODY, model -> stub);
    System.exit(
        new BulkRun(context, new ModelOptions(), Path.of(args[0]), Path.of(args[1]))
            .run(BulkCorrection.Existing.RESUME));
  }
}
