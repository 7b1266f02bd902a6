package dev.aligner.examples.cli;

import dev.aligner.CorrectionRequest;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A JSONL file of questions and answers, read one line at a time. Blank lines are passed over; a
 * line that cannot be used is reported and passed over. Not thread-safe.
 */
final class JsonlInput implements Closeable {

  /** The longest line that is read, in bytes. */
  static final int MAX_LINE_BYTES = LineReader.MAX_LINE_BYTES;

  private final LineReader lines;
  private final BadLines badLines;
  private @Nullable Item ahead;

  /** Hears of the lines that cannot be used. */
  @FunctionalInterface
  interface BadLines {
    void report(long number, BadLineException problem);
  }

  /**
   * A question and an answer from a line.
   *
   * @param number the number of the line, from 1
   * @param json all fields of the line
   * @param request the question and the answer
   */
  record Item(long number, JsonLine json, CorrectionRequest request) {}

  JsonlInput(InputStream in, BadLines badLines) {
    this.lines = new LineReader(in, MAX_LINE_BYTES);
    this.badLines = badLines;
  }

  /**
   * Opens a file.
   *
   * @throws UnusableFileException if it is a directory
   */
  static JsonlInput open(Path file, BadLines badLines) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UnusableFileException(file, "expected a file, found a directory");
    }
    return new JsonlInput(Files.newInputStream(file), badLines);
  }

  /**
   * Returns the next item and stays in front of it.
   *
   * @return the item, or null at the end of the file
   */
  @Nullable Item peek() throws IOException {
    while (ahead == null) {
      LineReader.Line line = lines.next();
      if (line == null) {
        return null;
      }
      try {
        ahead = item(line);
      } catch (BadLineException e) {
        badLines.report(line.number(), e);
      }
    }
    return ahead;
  }

  /**
   * Returns the next item and goes on behind it.
   *
   * @return the item, or null at the end of the file
   */
  @Nullable Item next() throws IOException {
    Item item = peek();
    ahead = null;
    return item;
  }

  private static @Nullable Item item(LineReader.Line line) throws BadLineException {
    String text = line.text();
    if (text.isBlank()) {
      return null;
    }
    JsonLine json = JsonLine.parse(text);
    return new Item(line.number(), json, request(json));
  }

  /** Takes the question and the answer from a line. */
  static CorrectionRequest request(JsonLine json) throws BadLineException {
    return CorrectionRequest.of(json.string("question"), json.string("answer"));
  }

  /** Returns how many bytes of the file have been read. */
  long offset() {
    return lines.offset();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
