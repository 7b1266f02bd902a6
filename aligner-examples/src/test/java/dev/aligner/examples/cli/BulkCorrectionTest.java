package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import dev.aligner.SkipReason;
import dev.aligner.examples.cli.BulkCorrection.End;
import dev.aligner.examples.cli.BulkCorrection.Existing;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.OutputLog;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkCorrectionTest {

  private static final Aligner SHORTER =
      request -> Correction.of(request, request.answer().replace("damn ", ""));

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");
  private final RecordingMonitor monitor = new RecordingMonitor();

  @BeforeEach
  void nameFiles() {
    input = directory.resolve("in.jsonl");
    output = directory.resolve("out.jsonl");
  }

  @Test
  void run_goodLines_keepsTheirFieldsAndAddsOurs() throws Exception {
    Files.writeString(
        input,
        "{\"id\":1.50,\"question\":\"q\",\"answer\":\"The damn cat, süß.\",\"tags\":[1, 2]}\n"
            + "{\"answer\":\"Fine.\",\"question\":\"\"}");

    Tally tally = run(SHORTER);

    assertThat(Files.readString(output))
        .isEqualTo(
            "{\"id\":1.50,\"question\":\"q\",\"answer\":\"The damn cat, süß.\",\"tags\":[1, 2],"
                + "\"line\":1,\"correction\":\"The cat, süß.\",\"changed\":true,\"edit_ratio\":0.25,"
                + "\"prompt_tokens\":null,\"output_tokens\":null,\"model_steps\":null,\"drafted_tokens\":null,\"accepted_draft_tokens\":null,"
                + "\"finish_reason\":null,\"millis\":null,\"token_ids\":[],"
                + "\"outcome\":\"corrected\"}\n"
                + "{\"answer\":\"Fine.\",\"question\":\"\",\"line\":2,\"correction\":\"Fine.\","
                + "\"changed\":false,\"edit_ratio\":0.0,\"prompt_tokens\":null,"
                + "\"output_tokens\":null,\"model_steps\":null,\"drafted_tokens\":null,\"accepted_draft_tokens\":null,\"finish_reason\":null,"
                + "\"millis\":null,\"token_ids\":[],\"outcome\":\"kept\"}\n");
    assertThat(tally).hasToString("corrected 1, kept 1, skipped 0, failed 0, bad lines 0");
    assertThat(tally.allGood()).isTrue();
    assertThat(monitor.reports).isEmpty();
  }

  @Test
  void run_badLines_reportsEachAndGoesOn() throws Exception {
    Files.write(
        input,
        List.of(
            "\uFEFF" + good(1),
            "you damn fool",
            " \t ",
            "[]",
            good(5),
            "{\"answer\":\"x\"}",
            "{\"question\":\"x\"}",
            "{\"question\":1,\"answer\":\"x\"}",
            "{\"question\":\"x\",\"answer\":\"x\"",
            "{\"question\":\"x\",\"answer\":\"x\"} 1",
            "{\"question\":\"x\",\"answer\":\"x\",\"x\":"
                + "[".repeat(2000)
                + "]".repeat(2000)
                + "}",
            good(12)),
        UTF_8);

    Tally tally = run(SHORTER);

    assertThat(lineNumbers()).containsExactly(1L, 5L, 12L);
    assertThat(tally).hasToString("corrected 3, kept 0, skipped 0, failed 0, bad lines 8");
    assertThat(tally.allGood()).isFalse();
    assertThat(monitor.reports)
        .hasSize(8)
        .allMatch(report -> report.startsWith(input + ":"))
        .noneMatch(report -> report.contains("fool"));
    assertThat(monitor.reports.get(0))
        .isEqualTo(input + ":2: expected a JSON object, found text that is none at column 1");
    assertThat(monitor.reports.get(2))
        .isEqualTo(input + ":6: expected \"question\" to be a string, found no such key");
    assertThat(monitor.reports.get(7)).startsWith(input + ":11: expected a JSON object");
  }

  @Test
  void run_malformedUtf8_isABadLine() throws Exception {
    byte[] bytes = (good(1) + "\n" + good(2) + "\n" + good(3) + "\n").getBytes(UTF_8);
    bytes[good(1).length() + 30] = (byte) 0xC3;
    Files.write(input, bytes);

    assertThat(run(SHORTER).badLines()).isEqualTo(1);
    assertThat(lineNumbers()).containsExactly(1L, 3L);
    assertThat(monitor.reports)
        .containsExactly(input + ":2: expected UTF-8, found bytes that are none");
  }

  @Test
  void run_emptyInput_writesAnEmptyOutput() throws Exception {
    Files.createFile(input);

    assertThat(run(SHORTER).allGood()).isTrue();
    assertThat(output).isEmptyFile();
  }

  @Test
  void run_alignerFailsOnSome_writesTheOriginalAndGoesOn() throws Exception {
    writeGood(40);
    Aligner moody =
        request -> {
          if (request.query().endsWith("7")) {
            throw new InferenceException("out of memory\nat step 3", null);
          }
          return request.query().endsWith("8")
              ? Correction.skipped(request, SkipReason.PROMPT_TOO_LONG)
              : SHORTER.correct(request);
        };

    Tally tally = run(moody);

    assertThat(tally).hasToString("corrected 32, kept 0, skipped 4, failed 4, bad lines 0");
    assertThat(tally.allGood()).isFalse();
    assertThat(monitor.reports)
        .hasSize(4)
        .first()
        .isEqualTo(input + ":7: failed: out of memory at step 3");
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(40);
    assertThat(lines.get(6))
        .contains(
            "\"correction\":\"damn answer 7\"", "\"outcome\":\"failed\"", "\"error\":\"out of");
    assertThat(lines.get(7)).contains("\"outcome\":\"skipped\",\"reason\":\"prompt_too_long\"");
  }

  @Test
  void run_alignerLosesCorrections_throws() throws Exception {
    writeGood(3);
    Aligner lossy =
        new Aligner() {
          @Override
          public Correction correct(CorrectionRequest request) {
            return Correction.of(request, "x");
          }

          @Override
          public List<Correction> correctAll(List<CorrectionRequest> requests) {
            return List.of();
          }
        };

    assertThatThrownBy(() -> run(lossy))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected 3 corrections");
  }

  @Test
  void run_monitorAsksToStop_endsBetweenChunks() throws Exception {
    writeGood(100);

    BulkCorrection.Result stopped =
        new BulkCorrection(SHORTER, input, output, new RecordingMonitor(2)).run(Existing.RESUME);

    assertThat(stopped.end()).isEqualTo(End.STOPPED);
    assertThat(lineNumbers()).hasSize(32);
    assertThat(run(SHORTER).written()).isEqualTo(100);
    assertThat(lineNumbers())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).mapToObj(i -> (long) i).toList());
  }

  @Test
  void run_always_tellsProgressUpToTheInputsSize() throws Exception {
    writeGood(50);

    run(SHORTER);

    assertThat(monitor.bytes).isSorted().hasSize(5).startsWith(0L).endsWith(Files.size(input));
  }

  @Test
  void run_inputIsOutput_throwsAndKeepsIt() throws Exception {
    writeGood(2);
    Path link = Files.createSymbolicLink(directory.resolve("link"), input);
    String before = Files.readString(input);

    assertThatThrownBy(() -> bulk(SHORTER, link).run(Existing.OVERWRITE))
        .isInstanceOf(UnusableFileException.class)
        .hasMessage(link + ": is both the input and the output; choose another output");
    assertThat(input).hasContent(before);
  }

  @Test
  void run_outputDirectoryMissing_throws() throws Exception {
    writeGood(1);

    assertThatThrownBy(() -> bulk(SHORTER, directory.resolve("no/out.jsonl")).run(Existing.RESUME))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("expected an existing directory");
  }

  @Test
  void run_outputIsDirectory_throws() throws Exception {
    writeGood(1);

    assertThatThrownBy(() -> bulk(SHORTER, directory).run(Existing.RESUME))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining("expected a regular file");
  }

  @Test
  void run_inputMissingOrDirectory_throwsAndMakesNoOutput() {
    assertThatThrownBy(() -> run(SHORTER)).isInstanceOf(NoSuchFileException.class);
    input = directory;
    assertThatThrownBy(() -> run(SHORTER)).hasMessageContaining("found a directory");
    assertThat(output).doesNotExist();
  }

  @Test
  void run_anotherRunWritesTheOutput_throws() throws Exception {
    writeGood(1);
    try (OutputLog other = OutputLog.open(output)) {
      other.append(List.of("{}"));

      assertThatThrownBy(() -> bulk(SHORTER, output).run(Existing.OVERWRITE))
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("another run is writing this file");
    }
    assertThat(output).hasContent("{}\n");
  }

  @Test
  void run_filesLargerThanMemory_completes() throws Exception {
    String filler = "damn ".repeat(2400);
    try (var writer = Files.newBufferedWriter(input)) {
      for (int i = 1; i <= 10_000; i++) {
        writer.write("{\"question\":\"q " + i + "\",\"answer\":\"" + filler + i + "\"}\n");
      }
    }

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                BulkProcess.class.getName(),
                input.toString(),
                output.toString(),
                "0")
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(printed).contains("corrected 10000, kept 0, skipped 0, failed 0, bad lines 0");
    assertThat(Files.size(input)).isGreaterThan(3 * (32L << 20));
    try (var lines = Files.lines(output)) {
      assertThat(lines.count()).isEqualTo(10_000);
    }
  }

  private Tally run(Aligner aligner) throws IOException {
    BulkCorrection.Result result = bulk(aligner, output).run(Existing.RESUME);
    assertThat(result.end()).isEqualTo(End.OF_INPUT);
    return result.tally();
  }

  private BulkCorrection bulk(Aligner aligner, Path to) {
    return new BulkCorrection(aligner, input, to, monitor);
  }

  private void writeGood(int lines) throws IOException {
    Files.writeString(
        input,
        IntStream.rangeClosed(1, lines)
            .mapToObj(BulkCorrectionTest::good)
            .collect(Collectors.joining("\n")));
  }

  private static String good(int number) {
    return "{\"question\":\"q " + number + "\",\"answer\":\"damn answer " + number + "\"}";
  }

  private List<Long> lineNumbers() throws Exception {
    List<Long> numbers = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      numbers.add(JsonLine.parse(line).integer("line"));
    }
    return numbers;
  }
}
