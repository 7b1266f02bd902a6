package dev.aligner.onnx.internal.graph;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The bytes of an open file, read where they are asked for. Whoever opened the channel closes it.
 * Methods throw {@link UncheckedIOException}. Not thread-safe.
 */
final class FileBytes {

  private static final int WINDOW = 1 << 14;

  private final FileChannel channel;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);

  /** Where the window's first byte stands in the file. */
  private long windowStart;

  FileBytes(FileChannel channel) {
    this.channel = channel;
  }

  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the byte at a place. */
  byte at(long place) {
    if (place < windowStart || place >= windowStart + window.limit()) {
      window.clear();
      windowStart = place;
      int count = readSome(window, place);
      window.flip();
      if (count <= 0) {
        throw new UncheckedIOException(new EOFException("the file ends at byte " + place));
      }
    }
    return window.get((int) (place - windowStart));
  }

  /** Copies a range into an array. */
  void copy(long start, int count, byte[] to, int at) {
    if (count < WINDOW) {
      for (int i = 0; i < count; i++) {
        to[at + i] = at(start + i);
      }
      return;
    }
    ByteBuffer rest = ByteBuffer.wrap(to, at, count);
    while (rest.hasRemaining()) {
      long place = start + count - rest.remaining();
      if (readSome(rest, place) <= 0) {
        throw new UncheckedIOException(new EOFException("the file ends at byte " + place));
      }
    }
  }

  private int readSome(ByteBuffer buffer, long place) {
    try {
      return channel.read(buffer, place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
