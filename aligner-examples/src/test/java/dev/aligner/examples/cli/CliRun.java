package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What came of one command.
 *
 * @param exitCode the exit code
 * @param out the standard output, decoded as UTF-8
 * @param err the standard error
 */
record CliRun(int exitCode, String out, String err) {

  /** Runs a command with a stub for every model; the aligner it gets is closed afterwards. */
  static CliRun of(Aligner stub, String... args) {
    return opening(model -> stub, args);
  }

  /** Runs a command with a stub for what opens models. */
  static CliRun opening(CliContext.Aligners aligners, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliContext context =
        new CliContext(stream(out), stream(err), CliContext.Viewer.NOBODY, aligners);
    int exitCode = AlignerCli.execute(context, List.of(args));
    return new CliRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8);
  }
}
