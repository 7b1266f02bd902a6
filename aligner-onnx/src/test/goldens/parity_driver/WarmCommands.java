package dev.aligner.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs one command line for each line of the input, a JSON list of arguments: saves the starts of a process. */
final class WarmCommands {

  private WarmCommands() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    CliContext.Aligners none =
        model -> {
          throw new IllegalStateException("no aligner here");
        };
    CliContext context = new CliContext(out, out, CliContext.Viewer.NOBODY, none);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> arguments = List.of(new JsonMapper().readValue(line, String[].class));
      out.println("\u0000" + AlignerCli.execute(context, arguments));
      out.flush();
    }
  }
}
