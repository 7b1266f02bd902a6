package dev.aligner.remote.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/**
 * Reads server-sent events, as the HTML standard defines them (section 9.2.6), out of bytes that
 * come in parts of any size: lines end in LF, CR or both, a blank line ends an event, its data are
 * all its {@code data} lines, without any it is none, and lines that begin with a colon are
 * comments. Bytes are not decoded before a line is whole, so characters may be cut anywhere. Not
 * thread-safe.
 */
final class EventStream {

  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Predicate<byte[]> onData;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private boolean anyData;
  private boolean afterReturn;
  private boolean firstLine = true;
  private boolean done;

  /**
   * Begins a stream.
   *
   * @param onData hears of the data of each event, and says whether it was the last one
   */
  EventStream(Predicate<byte[]> onData) {
    this.onData = onData;
  }

  /**
   * Reads the next bytes; what follows the last event is of no concern.
   *
   * @return true when the last event has been heard
   */
  boolean read(ByteBuffer bytes) {
    while (bytes.hasRemaining() && !done) {
      byte b = bytes.get();
      boolean secondOfPair = b == '\n' && afterReturn;
      afterReturn = b == '\r';
      if (secondOfPair) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        endLine();
      } else {
        line.write(b);
      }
    }
    return done;
  }

  private void endLine() {
    byte[] bytes = line.toByteArray();
    line.reset();
    int start = firstLine && startsWith(bytes, MARK) ? MARK.length : 0;
    firstLine = false;
    if (start == bytes.length) {
      dispatch();
      return;
    }
    int colon = start;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    // llama.cpp's server has reported errors in a field of that name.
    if (isName(bytes, start, colon, DATA) || isName(bytes, start, colon, ERROR)) {
      addData(bytes, colon);
    }
  }

  private void addData(byte[] bytes, int colon) {
    if (anyData) {
      data.write('\n');
    }
    anyData = true;
    int from = colon + 1;
    if (from < bytes.length && bytes[from] == ' ') {
      from++;
    }
    if (from < bytes.length) {
      data.write(bytes, from, bytes.length - from);
    }
  }

  private void dispatch() {
    byte[] event = data.toByteArray();
    data.reset();
    anyData = false;
    if (event.length > 0) {
      done = onData.test(event);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length && isName(bytes, 0, start.length, start);
  }

  private static boolean isName(byte[] bytes, int from, int to, byte[] name) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }
}
