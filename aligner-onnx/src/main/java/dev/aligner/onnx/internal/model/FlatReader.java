package dev.aligner.onnx.internal.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads tables, vectors and strings of a FlatBuffer, and nothing that lies outside of it. */
final class FlatReader {

  private static final int FIRST_FIELD = 4;

  private final ByteBuffer bytes;

  FlatReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the position of the root table. */
  int root() throws MalformedException {
    return target(0);
  }

  /** Returns the position of a field's value; 0 if the table lacks it. */
  int field(int table, int index) throws MalformedException {
    int entries = at((long) table - int32(table), 2 * Short.BYTES);
    int size = uint16(entries);
    int entry = FIRST_FIELD + index * Short.BYTES;
    if (entry + Short.BYTES > size) {
      return 0;
    }
    int offset = uint16(at((long) entries + entry, Short.BYTES));
    return offset == 0 ? 0 : at((long) table + offset, 1);
  }

  /** Returns what a field points to; fails if the table lacks it. */
  int child(int table, int index, String what) throws MalformedException {
    int field = field(table, index);
    if (field == 0) {
      throw new MalformedException("no " + what);
    }
    return target(field);
  }

  /** Returns the length of a vector, all of whose elements are there. */
  int length(int vector, int elementBytes) throws MalformedException {
    long length = Integer.toUnsignedLong(int32(vector));
    at((long) vector + Integer.BYTES, length * elementBytes);
    return (int) length;
  }

  /** Returns the position of an element of a vector. */
  int element(int vector, int index, int elementBytes) throws MalformedException {
    return at((long) vector + Integer.BYTES + (long) index * elementBytes, elementBytes);
  }

  String text(int vector, int longest) throws MalformedException {
    int length = length(vector, 1);
    if (length > longest) {
      throw new MalformedException("a name of " + length + " bytes");
    }
    return new String(bytes.array(), vector + Integer.BYTES, length, StandardCharsets.UTF_8);
  }

  /** Returns the position that an offset leads to. */
  int target(int position) throws MalformedException {
    return at(position + Integer.toUnsignedLong(int32(position)), Integer.BYTES);
  }

  int int32(int position) throws MalformedException {
    return bytes.getInt(at(position, Integer.BYTES));
  }

  long int64(int position) throws MalformedException {
    return bytes.getLong(at(position, Long.BYTES));
  }

  private int uint16(int position) throws MalformedException {
    return Short.toUnsignedInt(bytes.getShort(at(position, Short.BYTES)));
  }

  private int at(long position, long length) throws MalformedException {
    if (position < 0 || length > bytes.limit() - position) {
      throw new MalformedException("offset " + position + " of " + bytes.limit() + " bytes");
    }
    return (int) position;
  }

  /** What is no FlatBuffer, or not all of one. */
  static final class MalformedException extends IOException {

    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message);
    }
  }
}
