package dev.aligner.dataset;

import static dev.aligner.dataset.JsonLines.qa;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in processes of their own, which are killed, or have little memory. */
class DatasetProcessTest {

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void nameFiles() {
    input = directory.resolve("qa.jsonl");
    output = directory.resolve("out.jsonl");
  }

  @Test
  void build_processKilled_losesNothingAndRepeatsNothing() throws Exception {
    Files.write(input, IntStream.range(0, 300).mapToObj(i -> qa("q" + i, "damn " + i)).toList());
    Path journal = directory.resolve("out.jsonl.part");

    Process slow = start("-Xmx64m", "QAC", "5");
    while (!Files.exists(journal) || Files.size(journal) < 4_000) {
      assertThat(slow.isAlive()).isTrue();
      Thread.sleep(5);
    }
    slow.destroyForcibly().waitFor(); // SIGKILL
    List<String> before = wholeLines(journal);
    assertThat(before).hasSizeBetween(20, 300);
    assertThat(output).doesNotExist();

    Process rest = start("-Xmx64m", "QAC", "0");
    assertThat(DatasetProcess.output(rest))
        .isEqualToIgnoringNewLines("COMPLETE {corrected=300, failed=0, kept=0, skipped=0}");
    assertThat(rest.waitFor()).isZero();
    assertThat(JsonLines.read(output))
        .extracting(row -> row.path("correction").textValue())
        .containsExactlyElementsOf(IntStream.range(0, 300).mapToObj(Integer::toString).toList());
    assertThat(journal).doesNotExist();
  }

  @Test
  void build_longRowsLargerThanTheHeap_completes() throws Exception {
    String filler = "damn ".repeat(2400);
    try (BufferedWriter writer = Files.newBufferedWriter(input)) {
      for (int i = 1; i <= 9_000; i++) {
        writer.write("{\"question\":\"q " + i + "\",\"answer\":\"" + filler + i + "\"}\n");
      }
    }
    assertThat(Files.size(input)).isGreaterThan(3 * (32L << 20));

    Process process = start("-Xmx32m", "QAC", "0");

    assertThat(DatasetProcess.output(process)).contains("COMPLETE {corrected=9000,");
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (Stream<String> lines = Files.lines(output)) {
      assertThat(lines.count()).isEqualTo(9_000);
    }
  }

  /** A set of 600,000 digests alone would take more than this heap. */
  @Test
  void build_manyRowsInALittleHeap_findsEveryDuplicate() throws Exception {
    int different = 600_000;
    try (BufferedWriter writer = Files.newBufferedWriter(input)) {
      for (int i = 0; i < different; i++) {
        writer.write("{\"question\":\"Q " + i + "\",\"answer\":\"a\"}\n");
        if (i % 3 == 0) {
          writer.write("{\"question\":\"q  " + (i / 2) + "\",\"answer\":\"A\"}\n");
        }
      }
    }

    Process process = start("-Xmx20m", "IDENTITY", "0");

    assertThat(DatasetProcess.output(process)).contains("COMPLETE {}");
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    try (Stream<String> lines = Files.lines(output)) {
      assertThat(lines.count()).isEqualTo(different);
    }
    assertThat(JsonLines.provenance(output).at("/counts/dropped/duplicate").intValue())
        .isEqualTo(different / 3);
  }

  private Process start(String heap, String format, String millis) throws Exception {
    return DatasetProcess.start(heap, format, input.toString(), output.toString(), millis);
  }

  private static List<String> wholeLines(Path file) throws Exception {
    String text = Files.readString(file);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }
}
