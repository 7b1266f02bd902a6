package dev.aligner.examples.cli;

import dev.aligner.CorrectionRequest;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.internal.jsonl.Outcome;
import dev.aligner.internal.jsonl.OutputLog;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place where an earlier run stopped. Every line of the output is held against the input
 * line it belongs to, in order, so nothing is lost, nothing is repeated, and the outcomes of the
 * earlier run are counted again. What a killed run left of its last line is cut off.
 *
 * <p>A file that is not the output of this input is refused and stays as it was.
 */
final class Resume {

  private final JsonlInput input;
  private final OutputLog output;
  private final Tally tally;

  private Resume(JsonlInput input, OutputLog output, Tally tally) {
    this.input = input;
    this.output = output;
    this.tally = tally;
  }

  private record Written(long line, CorrectionRequest request, Outcome outcome) {}

  /**
   * Leaves the input in front of the first line that is not in the output, and the output behind
   * its last whole line.
   *
   * @throws UnusableFileException if the output is not one of this input
   */
  static void position(JsonlInput input, OutputLog output, Tally tally) throws IOException {
    new Resume(input, output, tally).run();
  }

  private void run() throws IOException {
    LineReader lines = output.reader();
    long end = 0;
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      @Nullable JsonLine json = line.terminated() ? parsed(line) : null;
      if (json == null) {
        checkRemnant(line, lines.next());
        break;
      }
      check(line, json);
      end = line.end();
    }
    output.cutTo(end);
  }

  private static @Nullable JsonLine parsed(LineReader.Line line) {
    try {
      return JsonLine.parse(line.text());
    } catch (BadLineException e) {
      return null;
    }
  }

  private void check(LineReader.Line line, JsonLine json) throws IOException {
    Written written =
        written(json).orElseThrow(() -> refusal(line, "expected a line that this command wrote"));
    JsonlInput.Item item = input.next();
    if (item == null || item.number() != written.line || !item.request().equals(written.request)) {
      throw refusal(line, "expected the next line of the input");
    }
    tally.add(written.outcome);
  }

  private static Optional<Written> written(JsonLine json) {
    try {
      long line = json.integer(CorrectionJson.LINE);
      CorrectionRequest request = JsonlInput.request(json);
      return Outcome.named(json.string(CorrectionJson.OUTCOME))
          .map(outcome -> new Written(line, request, outcome));
    } catch (BadLineException e) {
      return Optional.empty();
    }
  }

  /**
   * Checks that what is to be cut off is ours: the last line of the file, and behind lines of ours
   * or, where it is the only one, the beginning of our first line.
   */
  private void checkRemnant(LineReader.Line remnant, LineReader.@Nullable Line after)
      throws IOException {
    if (after != null || (tally.written() == 0 && !beginsFirstLine(remnant.bytes()))) {
      throw refusal(remnant, "expected a line that this command wrote");
    }
  }

  private boolean beginsFirstLine(byte[] remnant) throws IOException {
    JsonlInput.Item first = input.peek();
    if (first == null) {
      return false;
    }
    Set<String> ours = CorrectionJson.FIELDS;
    byte[] ownFields = first.json().openWithout(ours).getBytes(StandardCharsets.UTF_8);
    int length = Math.min(remnant.length, ownFields.length);
    return length > 0 && Arrays.equals(remnant, 0, length, ownFields, 0, length);
  }

  private UnusableFileException refusal(LineReader.Line line, String expected) {
    return new UnusableFileException(
        output.file(),
        "is not the output of a run over this input (line "
            + line.number()
            + ": "
            + expected
            + ", found something else); choose another output, or start anew with --overwrite");
  }
}
