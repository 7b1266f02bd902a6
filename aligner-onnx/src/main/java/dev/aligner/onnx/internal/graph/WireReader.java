package dev.aligner.onnx.internal.graph;

/** Splits a range of a file into the fields of protobuf's wire format. Not thread-safe. */
final class WireReader {

  private final FileBytes file;
  private final long end;
  private long at;

  WireReader(FileBytes file, long start, long end) {
    this.file = file;
    this.at = start;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  /** Reads the next field as far as its end, without its value. */
  Field.Stored field() {
    long start = at;
    long tag = varint();
    long number = tag >>> 3;
    if (number == 0 || number > (1 << 29) - 1) {
      throw Message.malformed("field number " + number + " at byte " + start);
    }
    int type = (int) (tag & 7);
    long value = at;
    long length =
        switch (type) {
          case Field.VARINT -> {
            varint();
            yield at - value;
          }
          case Field.FIXED64 -> Long.BYTES;
          case Field.FIXED32 -> Integer.BYTES;
          case Field.BYTES -> {
            long bytes = varint();
            value = at;
            yield bytes;
          }
          default -> throw Message.malformed("wire type " + type + " at byte " + start);
        };
    if (length < 0 || length > end - value) {
      throw Message.malformed("a field that goes on after its message at byte " + start);
    }
    at = value + length;
    return new Field.Stored(file, (int) number, type, start, value, at);
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= end) {
        throw Message.malformed("half a number at byte " + at);
      }
      byte next = file.at(at++);
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw Message.malformed("a number of more than 10 bytes at byte " + at);
  }
}
