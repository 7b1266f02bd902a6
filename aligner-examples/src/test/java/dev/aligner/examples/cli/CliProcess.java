package dev.aligner.examples.cli;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command in a process of its own, with a stub for a model: arguments are the milliseconds that a
 * correction takes, then those of the command.
 */
final class CliProcess {

  private CliProcess() {}

  public static void main(String[] args) {
    long millis = Long.parseLong(args[0]);
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
    System.exit(AlignerCli.execute(context, Arrays.asList(args).subList(1, args.length)));
  }

  static Process start(int millis, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CliProcess.class.getName(), Integer.toString(millis)));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
