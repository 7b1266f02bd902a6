package dev.aligner.onnx.internal.graph;

/** An array of known size that is filled in protobuf's wire format. Not thread-safe. */
final class Output {

  private final byte[] array;
  private int at;

  Output(int size) {
    array = new byte[size];
  }

  /** Returns the bytes that an integer takes. */
  static long sizeOf(long varint) {
    return (Long.SIZE + 6L - Long.numberOfLeadingZeros(varint | 1)) / 7;
  }

  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    array[at++] = (byte) rest;
  }

  void bytes(byte[] bytes) {
    System.arraycopy(bytes, 0, array, at, bytes.length);
    at += bytes.length;
  }

  void copy(FileBytes file, long start, int count) {
    file.copy(start, count, array, at);
    at += count;
  }

  byte[] array() {
    return array;
  }
}
