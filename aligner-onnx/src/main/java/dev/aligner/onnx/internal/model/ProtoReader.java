package dev.aligner.onnx.internal.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks a file in protobuf's wire format, one field after another. What a handler does not ask for
 * is skipped by its length and never read, so that weights stay on disk. Every byte is looked at
 * once at most, and memory and recursion are bounded whatever the file says. Not thread-safe.
 */
final class ProtoReader {

  /** As protobuf's own parsers have it. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_TEXT = 1 << 16;
  private static final int BUFFER = 1 << 14;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

  /** Where the buffer's first byte stands in the file. */
  private long bufferStart;

  /** Where the message at hand ends. */
  private long end;

  private int wireType;
  private boolean consumed;
  private int depth;

  /** What a message's reader does with its fields. */
  interface Fields {

    /**
     * Called for each field. It may take the value by one of the reader's methods, once; else the
     * value is skipped.
     */
    void field(int number) throws IOException;
  }

  /** The file is not in the wire format, or holds more than is allowed. */
  static final class MalformedException extends IOException {

    private static final long serialVersionUID = 1;

    MalformedException(String found) {
      super(found);
    }
  }

  ProtoReader(FileChannel channel) throws IOException {
    this.channel = channel;
    this.end = channel.size();
  }

  /** Reads the whole file as one message. */
  void root(Fields fields) throws IOException {
    readFields(fields);
  }

  /** Reads the field at hand as a message. */
  void message(Fields fields) throws IOException {
    long outer = end;
    long inner = length();
    if (++depth > MAX_DEPTH) {
      throw malformed("messages nested deeper than " + MAX_DEPTH);
    }
    end = position() + inner;
    readFields(fields);
    end = outer;
    depth--;
    consumed = true;
  }

  /** Reads the field at hand as an integer. */
  long varint() throws IOException {
    require(VARINT);
    consumed = true;
    return rawVarint();
  }

  /** Reads the field at hand as a text in UTF-8. */
  String text() throws IOException {
    long length = length();
    if (length > MAX_TEXT) {
      throw malformed("a name of " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    for (int at = 0; at < bytes.length; ) {
      fill();
      int count = Math.min(bytes.length - at, buffer.remaining());
      buffer.get(bytes, at, count);
      at += count;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      MalformedException malformed = malformed("a name that is not UTF-8");
      malformed.initCause(e);
      throw malformed;
    }
  }

  MalformedException malformed(String found) {
    return new MalformedException(found + " at byte " + position());
  }

  private void readFields(Fields fields) throws IOException {
    while (position() < end) {
      long tag = rawVarint();
      long number = tag >>> 3;
      if (number == 0 || number > (1 << 29) - 1) {
        throw malformed("field number " + number);
      }
      int type = (int) (tag & 7);
      wireType = type;
      consumed = false;
      fields.field((int) number);
      if (!consumed) {
        skip(type);
      }
    }
  }

  private void skip(int type) throws IOException {
    switch (type) {
      case VARINT -> rawVarint();
      case FIXED64 -> skipBytes(Long.BYTES);
      case FIXED32 -> skipBytes(Integer.BYTES);
      case BYTES -> skipBytes(length());
      default -> throw malformed("wire type " + type);
    }
  }

  private void skipBytes(long count) throws IOException {
    if (count > end - position()) {
      throw malformed("a field that goes on after its message");
    }
    if (count <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) count);
    } else {
      bufferStart = position() + count;
      buffer.limit(0);
    }
  }

  /** Takes the length of the field at hand and checks that its message holds so much. */
  private long length() throws IOException {
    require(BYTES);
    consumed = true;
    long length = rawVarint();
    if (length < 0 || length > end - position()) {
      throw malformed(
          "a field of " + Long.toUnsignedString(length) + " bytes, more than there are");
    }
    return length;
  }

  private void require(int type) throws IOException {
    if (consumed) {
      throw new IllegalStateException("a field's value is read once");
    }
    if (wireType != type) {
      throw malformed("wire type " + wireType + " for " + type);
    }
  }

  private long rawVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position() >= end) {
        throw malformed("half a number");
      }
      fill();
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("a number of more than 10 bytes");
  }

  private long position() {
    return bufferStart + buffer.position();
  }

  /** Sees to it that the buffer has a byte. */
  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      return;
    }
    bufferStart = position();
    buffer.clear();
    int count = channel.read(buffer, bufferStart);
    buffer.flip();
    if (count <= 0) {
      throw malformed("a file that was cut while it was read");
    }
  }
}
