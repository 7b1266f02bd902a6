package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.internal.jsonl.JsonLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptionTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void listen_nobodyAsks_isNotRequested() {
    try (Interruption interruption = Interruption.listen(() -> {})) {
      assertThat(interruption.requested()).isFalse();
    }
  }

  @Test
  void bulkRun_processKilledGently_leavesWholeLinesAndIsResumed() throws Exception {
    Path input = directory.resolve("in.jsonl");
    Path output = directory.resolve("out.jsonl");
    List<String> lines =
        IntStream.rangeClosed(1, 400)
            .mapToObj(i -> "{\"question\":\"q\",\"answer\":\"damn " + i + "\"}")
            .toList();
    Files.write(input, lines, UTF_8);

    Process slow = start(input, output, 10);
    while (!Files.exists(output) || Files.size(output) == 0) {
      Thread.sleep(10);
    }
    slow.toHandle().destroy(); // Process.destroy() would close its streams too.
    String printed = new String(slow.getInputStream().readAllBytes(), UTF_8);

    assertThat(slow.waitFor()).isEqualTo(130);
    assertThat(printed)
        .contains("stopping after the lines in work", "interrupted; the same command goes on");
    assertThat(Files.readString(output)).endsWith("}\n");
    List<String> first = Files.readAllLines(output);
    assertThat(first).hasSizeBetween(16, 399);

    Process rest = start(input, output, 0);
    assertThat(new String(rest.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo(
            "corrected 400, kept 0, skipped 0, failed 0, bad lines 0" + System.lineSeparator());
    assertThat(rest.waitFor()).isZero();
    List<String> all = Files.readAllLines(output);
    assertThat(all).hasSize(400).startsWith(first.toArray(String[]::new));
    for (int i = 1; i <= all.size(); i++) {
      assertThat(JsonLine.parse(all.get(i - 1)).integer("line")).isEqualTo(i);
    }
  }

  private static Process start(Path input, Path output, int millis) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            BulkProcess.class.getName(),
            input.toString(),
            output.toString(),
            Integer.toString(millis))
        .redirectErrorStream(true)
        .start();
  }
}
