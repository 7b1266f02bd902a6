package dev.aligner.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import dev.aligner.examples.cli.BulkCorrection.Existing;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {

  private static final List<String> LINES =
      List.of(
          "{\"id\":1,\"question\":\"q1\",\"answer\":\"größer, du damn\"}",
          "no JSON",
          "",
          "{\"question\":\"q4\",\"answer\":\"fails\"}",
          "{\"question\":\"q5\",\"answer\":\"fine \uD83D\uDE00\"}",
          "{\"question\":\"q6\",\"answer\":\"damn\",\"x\":\"tail\"}");

  @TempDir private Path directory = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");
  private final AtomicInteger corrections = new AtomicInteger();
  private byte[] whole = {};

  @BeforeEach
  void runOnce() throws IOException {
    input = directory.resolve("in.jsonl");
    output = directory.resolve("out.jsonl");
    Files.write(input, LINES, UTF_8);
    run(Existing.RESUME);
    whole = Files.readAllBytes(output);
    corrections.set(0);
  }

  @Test
  void run_outputComplete_correctsNothing() throws Exception {
    Tally tally = run(Existing.RESUME);

    assertThat(corrections).hasValue(0);
    assertThat(output).hasBinaryContent(whole);
    assertThat(tally).hasToString("corrected 2, kept 1, skipped 0, failed 1, bad lines 1");
  }

  @Test
  void run_outputCutAtAnyByte_endsInTheSameFile() throws Exception {
    assertThat(whole.length).isGreaterThan(800);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(output, Arrays.copyOf(whole, length));

      Tally tally = run(Existing.RESUME);

      assertThat(Files.readAllBytes(output)).as("cut at %d", length).isEqualTo(whole);
      assertThat(tally)
          .as("cut at %d", length)
          .hasToString("corrected 2, kept 1, skipped 0, failed 1, bad lines 1");
    }
  }

  @Test
  void run_lastLineDone_correctsTheRestAlone() throws Exception {
    Files.write(output, Arrays.copyOf(whole, endOfLine(2)));

    run(Existing.RESUME);

    assertThat(corrections).hasValue(2);
    assertThat(output).hasBinaryContent(whole);
  }

  @Test
  void run_lastLineIsNoJson_writesItAnew() throws Exception {
    byte[] broken = whole.clone();
    Arrays.fill(broken, endOfLine(3), broken.length - 1, (byte) 0); // As after a power failure.
    Files.write(output, broken);

    run(Existing.RESUME);

    assertThat(corrections).hasValue(1);
    assertThat(output).hasBinaryContent(whole);
  }

  @Test
  void run_inputHasGrown_correctsWhatIsNew() throws Exception {
    Files.writeString(
        input, Files.readString(input) + "{\"question\":\"q7\",\"answer\":\"damn new\"}\n");

    Tally tally = run(Existing.RESUME);

    assertThat(corrections).hasValue(1);
    assertThat(tally.written()).isEqualTo(5);
    assertThat(Files.readString(output))
        .startsWith(new String(whole, UTF_8))
        .contains("\"question\":\"q7\",\"answer\":\"damn new\",\"line\":7,\"correction\":\"new\"");
  }

  @Test
  void run_overwrite_startsAnew() throws Exception {
    Files.writeString(output, "something else");

    run(Existing.OVERWRITE);

    assertThat(corrections).hasValue(4);
    assertThat(output).hasBinaryContent(whole);
  }

  @Test
  void run_inputLineChanged_refuses() throws Exception {
    Files.writeString(input, Files.readString(input).replace("fine", "good"));

    assertRefused(whole, 3);
  }

  @Test
  void run_inputLinesMoved_refuses() throws Exception {
    Files.writeString(input, "\n" + Files.readString(input));

    assertRefused(whole, 1);
  }

  @Test
  void run_inputShorter_refuses() throws Exception {
    Files.write(input, LINES.subList(0, 5), UTF_8);

    assertRefused(whole, 4);
  }

  @Test
  void run_outputLacksALine_refuses() throws Exception {
    byte[] later = Arrays.copyOfRange(whole, endOfLine(1), whole.length);

    assertRefused(later, 1);
  }

  @Test
  void run_outputBrokenInTheMiddle_refuses() throws Exception {
    byte[] broken = whole.clone();
    broken[endOfLine(1)] = 'x';

    assertRefused(broken, 2);
  }

  @Test
  void run_outputIsTheInput_refuses() throws Exception {
    assertRefused(Files.readAllBytes(input), 1);
  }

  @Test
  void run_outputIsALetter_refuses() throws Exception {
    assertRefused("Dear Ms Smith".getBytes(UTF_8), 1);
    assertRefused("Dear Ms Smith,\n".getBytes(UTF_8), 1);
    assertRefused("\n".getBytes(UTF_8), 1);
  }

  @Test
  void run_inputEmptyOutputNot_refuses() throws Exception {
    Files.writeString(input, "");

    assertRefused("{".getBytes(UTF_8), 1);
  }

  private void assertRefused(byte[] content, int line) throws IOException {
    Files.write(output, content);

    assertThatThrownBy(() -> run(Existing.RESUME))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageStartingWith(
            output + ": is not the output of a run over this input (line " + line)
        .hasMessageContaining("--overwrite");
    assertThat(corrections).hasValue(0);
    assertThat(Files.readAllBytes(output)).isEqualTo(content);
  }

  private Tally run(Existing existing) throws IOException {
    Aligner aligner =
        request -> {
          corrections.incrementAndGet();
          if (request.answer().equals("fails")) {
            throw new InferenceException("no", null);
          }
          return Correction.of(request, request.answer().replaceAll("damn ?", ""));
        };
    return new BulkCorrection(aligner, input, output, new RecordingMonitor()).run(existing).tally();
  }

  private int endOfLine(int number) {
    int end = 0;
    for (int lines = 0; lines < number; end++) {
      if (whole[end] == '\n') {
        lines++;
      }
    }
    return end;
  }
}
