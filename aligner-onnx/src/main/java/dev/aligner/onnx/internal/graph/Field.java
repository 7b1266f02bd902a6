package dev.aligner.onnx.internal.graph;

import java.nio.charset.StandardCharsets;

/** One field of a message: still in the file, or written anew. */
sealed interface Field {

  /** The wire type of integers. */
  int VARINT = 0;

  /** The wire type of numbers of 8 bytes. */
  int FIXED64 = 1;

  /** The wire type of texts, messages and packed numbers. */
  int BYTES = 2;

  /** The wire type of numbers of 4 bytes. */
  int FIXED32 = 5;

  /** Returns the number that onnx.proto gives it. */
  int number();

  /** Returns the bytes that it takes, tag and length included. */
  long size();

  /** Appends it. */
  void write(Output out);

  /**
   * A field that was not touched.
   *
   * @param number its number
   * @param type its wire type
   * @param start where its tag stands in the file
   * @param value where its value stands, after a length
   * @param end where it ends
   */
  record Stored(FileBytes file, int number, int type, long start, long value, long end)
      implements Field {

    @Override
    public long size() {
      return end - start;
    }

    @Override
    public void write(Output out) {
      out.copy(file, start, (int) size());
    }
  }

  /**
   * A message that was opened or made.
   *
   * @param number its number
   * @param message the message
   */
  record Nested(int number, Message message) implements Field {

    @Override
    public long size() {
      long inner = message.size();
      return Output.sizeOf(tag(number, BYTES)) + Output.sizeOf(inner) + inner;
    }

    @Override
    public void write(Output out) {
      out.varint(tag(number, BYTES));
      out.varint(message.size());
      message.write(out);
    }
  }

  /**
   * A new integer.
   *
   * @param number its number
   * @param value the integer
   */
  record Varint(int number, long value) implements Field {

    @Override
    public long size() {
      return Output.sizeOf(tag(number, VARINT)) + Output.sizeOf(value);
    }

    @Override
    public void write(Output out) {
      out.varint(tag(number, VARINT));
      out.varint(value);
    }
  }

  /**
   * A new text, or a new run of bytes.
   *
   * @param number its number
   * @param bytes the bytes
   */
  record Bytes(int number, byte[] bytes) implements Field {

    static Bytes of(int number, String text) {
      return new Bytes(number, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long size() {
      return Output.sizeOf(tag(number, BYTES)) + Output.sizeOf(bytes.length) + bytes.length;
    }

    @Override
    public void write(Output out) {
      out.varint(tag(number, BYTES));
      out.varint(bytes.length);
      out.bytes(bytes);
    }
  }

  private static long tag(int number, int type) {
    return (long) number << 3 | type;
  }
}
