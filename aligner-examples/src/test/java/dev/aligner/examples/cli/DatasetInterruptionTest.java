package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetInterruptionTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void dataset_processKilledGently_finishesItsLinesAndIsResumed() throws Exception {
    Path input = directory.resolve("qa.jsonl");
    Path output = directory.resolve("out.jsonl");
    Path journal = directory.resolve("out.jsonl.part");
    List<String> lines =
        IntStream.rangeClosed(1, 400)
            .mapToObj(i -> "{\"question\":\"q\",\"answer\":\"damn " + i + "\"}")
            .toList();
    Files.write(input, lines, UTF_8);
    String[] arguments = {"dataset", "--format=qac", "--input=" + input, "--output=" + output};

    Process slow = CliProcess.start(10, arguments);
    while (!Files.exists(journal) || Files.size(journal) < 2_000) {
      assertThat(slow.isAlive()).isTrue();
      Thread.sleep(10);
    }
    slow.toHandle().destroy(); // Process.destroy() would close its streams too.
    String printed = new String(slow.getInputStream().readAllBytes(), UTF_8);

    assertThat(slow.waitFor()).isEqualTo(130);
    assertThat(printed)
        .contains("stopping after the lines in work", "interrupted; the same command goes on");
    assertThat(Files.readString(journal)).endsWith("}\n");
    assertThat(output).doesNotExist();

    Process rest = CliProcess.start(0, arguments);
    assertThat(new String(rest.getInputStream().readAllBytes(), UTF_8))
        .contains("corrected 400, failed 0, kept 0, skipped 0, bad lines 0", "400 rows");
    assertThat(rest.waitFor()).isZero();
    List<String> all = Files.readAllLines(output);
    assertThat(all).hasSize(400);
    for (int i = 1; i <= all.size(); i++) {
      assertThat(all.get(i - 1)).contains("\"correction\":\"" + i + "\"");
    }
  }
}
