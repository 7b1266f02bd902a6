package dev.aligner.internal.jsonl;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file line by line as bytes, so that a line that is no UTF-8 or far too long costs nothing
 * but itself. Holds one line at a time, and of a line that is too long nothing. Not thread-safe.
 */
public final class LineReader implements Closeable {

  /** The longest line of an input that is read, in bytes. */
  public static final int MAX_LINE_BYTES = 16 << 20;

  private final InputStream in;
  private final int maxLineBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;
  private long offset;

  /**
   * Makes a reader.
   *
   * @param in what to read; this reader closes it
   * @param maxLineBytes the longest line whose text is kept
   */
  public LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** A line of a file, without the line feed at its end. */
  public static final class Line {

    private final long number;
    private final byte @Nullable [] bytes;
    private final int maxBytes;
    private final boolean terminated;
    private final long end;

    Line(long number, byte @Nullable [] bytes, int maxBytes, boolean terminated, long end) {
      this.number = number;
      this.bytes = bytes;
      this.maxBytes = maxBytes;
      this.terminated = terminated;
      this.end = end;
    }

    /** Returns the number of the line in its file, from 1. */
    public long number() {
      return number;
    }

    /** Tells whether a line feed ends the line; only the last line of a file may lack it. */
    public boolean terminated() {
      return terminated;
    }

    /** Returns the offset in bytes after this line and its line feed. */
    public long end() {
      return end;
    }

    /** Returns the bytes of the line, empty if it is too long. Not a copy. */
    public byte[] bytes() {
      return bytes == null ? new byte[0] : bytes;
    }

    /**
     * Decodes the line; a byte order mark at the start of a file is not part of it.
     *
     * @throws BadLineException if the line is too long or no UTF-8
     */
    public String text() throws BadLineException {
      if (bytes == null) {
        throw new BadLineException("a line of at most " + maxBytes + " bytes", "a longer one");
      }
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
      } catch (CharacterCodingException e) {
        throw new BadLineException("UTF-8", "bytes that are none");
      }
    }
  }

  /**
   * Reads the next line.
   *
   * @return the line, or null at the end of the file
   */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    long start = offset;
    while (position < limit || fill()) {
      int feed = indexOfLineFeed();
      int length = (feed < 0 ? limit : feed) - position;
      tooLong |= line.size() + (long) length > maxLineBytes;
      if (tooLong) {
        line = new ByteArrayOutputStream(0);
      } else {
        line.write(buffer, position, length);
      }
      position += length;
      offset += length;
      if (feed >= 0) {
        position++;
        offset++;
        return line(line, tooLong, /* terminated= */ true);
      }
    }
    return offset == start ? null : line(line, tooLong, /* terminated= */ false);
  }

  private Line line(ByteArrayOutputStream line, boolean tooLong, boolean terminated) {
    number++;
    byte[] bytes = tooLong ? null : line.toByteArray();
    return new Line(number, bytes, maxLineBytes, terminated, offset);
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(in.read(buffer), 0);
    return limit > 0;
  }

  private int indexOfLineFeed() {
    for (int i = position; i < limit; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Returns the bytes that the lines read so far take in the file. */
  public long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
