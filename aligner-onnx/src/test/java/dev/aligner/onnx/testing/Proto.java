package dev.aligner.onnx.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A protobuf message, written by hand field by field. The numbers are those of onnx.proto. */
public final class Proto {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Proto() {}

  public static Proto message() {
    return new Proto();
  }

  /** A graph that adds something to nothing: {@code y = type(x)} on one float. */
  public static Proto model(long irVersion, String domain, String type, long opset) {
    Proto graph =
        message()
            .put(1, node(domain, type, "x", "y"))
            .put(2, "graph")
            .put(11, value("x", 1))
            .put(12, value("y", 1));
    return model(irVersion, graph).put(8, message().put(1, "").put(2, opset));
  }

  public static Proto model(long irVersion, Proto graph) {
    return message().put(1, irVersion).put(7, graph);
  }

  public static Proto node(String domain, String type, String input, String output) {
    return message()
        .put(1, input)
        .put(2, output)
        .put(3, "node_" + type)
        .put(4, type)
        .put(7, domain);
  }

  /** An input or output of shape [1]. */
  public static Proto value(String name, int elementType) {
    Proto shape = message().put(1, message().put(1, 1));
    return message()
        .put(1, name)
        .put(2, message().put(1, message().put(1, elementType).put(2, shape)));
  }

  /** A float tensor of shape [count] in another file. */
  public static Proto external(String name, long count, String location, long offset) {
    return message()
        .put(1, count)
        .put(2, 1)
        .put(8, name)
        .put(13, entry("location", location))
        .put(13, entry("offset", String.valueOf(offset)))
        .put(13, entry("length", String.valueOf(count * Float.BYTES)))
        .put(14, 1);
  }

  public static Proto entry(String key, String value) {
    return message().put(1, key).put(2, value);
  }

  public Proto put(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  public Proto put(int field, String text) {
    return put(field, text.getBytes(StandardCharsets.UTF_8));
  }

  public Proto put(int field, Proto message) {
    return put(field, message.toBytes());
  }

  public Proto put(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Writes bytes as they are. */
  public Proto raw(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
