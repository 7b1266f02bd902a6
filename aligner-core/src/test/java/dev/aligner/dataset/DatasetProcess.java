package dev.aligner.dataset;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.dataset.DatasetBuilder.Existing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run in a process of its own, with a stub for a model: arguments are the format, the input, the
 * output and the milliseconds a correction takes.
 */
final class DatasetProcess {

  private DatasetProcess() {}

  public static void main(String[] args) throws Exception {
    DatasetFormat format = DatasetFormat.valueOf(args[0]);
    DatasetOptions options = DatasetOptions.builder(format).build();
    DatasetBuilder builder =
        format == DatasetFormat.IDENTITY
            ? DatasetBuilder.ofIdentity(options)
            : DatasetBuilder.of(
                stub(Long.parseLong(args[3])), ModelProvenance.named("stub"), options);
    DatasetResult result =
        builder.build(Path.of(args[1]), Path.of(args[2]), Existing.RESUME, DatasetMonitor.none());
    System.out.println(result.end() + " " + result.outcomes());
  }

  private static Aligner stub(long millis) {
    return request -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return Correction.of(request, request.answer().replace("damn ", ""));
    };
  }

  static Process start(String heap, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(heap);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DatasetProcess.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
