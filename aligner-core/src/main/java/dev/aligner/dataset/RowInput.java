package dev.aligner.dataset;

import dev.aligner.internal.Sha256;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.LineReader;
import dev.aligner.internal.jsonl.UnusableFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The input, read one row at a time and digested on the way. Blank lines are passed over; a line
 * that cannot be used is reported and passed over. Not thread-safe.
 */
final class RowInput implements Closeable {

  private final DigestInputStream digest;
  private final LineReader lines;
  private final RowReader reader;
  private final BadLines badLines;
  private long lineNumber;

  /** Hears of the lines that cannot be used. */
  @FunctionalInterface
  interface BadLines {
    void report(long number, BadLineException problem) throws IOException;
  }

  /** Takes a row from a line. */
  @FunctionalInterface
  interface RowReader {
    SourceRow read(long number, JsonLine json) throws BadLineException;
  }

  private RowInput(DigestInputStream digest, RowReader reader, BadLines badLines) {
    this.digest = digest;
    this.lines = new LineReader(digest, LineReader.MAX_LINE_BYTES);
    this.reader = reader;
    this.badLines = badLines;
  }

  /**
   * Opens a file.
   *
   * @throws UnusableFileException if it is no regular file, since it is read more than once
   */
  static RowInput open(Path file, RowReader reader, BadLines badLines) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new UnusableFileException(
          file, "expected a regular file, since it is read more than once; found something else");
    }
    return new RowInput(
        new DigestInputStream(Files.newInputStream(file), Sha256.digest()), reader, badLines);
  }

  /**
   * Reads the next row.
   *
   * @return the row, or null at the end of the file
   */
  @Nullable SourceRow next() throws IOException {
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      lineNumber = line.number();
      try {
        String text = line.text();
        if (!text.isBlank()) {
          return reader.read(lineNumber, JsonLine.parse(text));
        }
      } catch (BadLineException e) {
        badLines.report(lineNumber, e);
      }
    }
    return null;
  }

  /** Returns the number of the last line that was read. */
  long lineNumber() {
    return lineNumber;
  }

  /** Returns how many bytes were read. */
  long offset() {
    return lines.offset();
  }

  /** Returns the digest of the whole file; only at its end, and once. */
  String sha256() {
    return HexFormat.of().formatHex(digest.getMessageDigest().digest());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
