package dev.aligner.onnx.internal.session;

import static dev.aligner.onnx.testing.Proto.message;

import dev.aligner.onnx.testing.Proto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Models that are a head alone: {@code logits = x * w}, of x [batch, sequence, hidden].
 *
 * @param hidden the width of x
 * @param vocabulary the number of scores
 * @param opset the version of ONNX's operators
 */
record HeadModel(int hidden, int vocabulary, long opset) {

  private static final int FLOAT = 1;
  private static final int BOOL = 9;
  private static final int BFLOAT16 = 16;

  /** Returns the weight as it lies in the file. */
  byte[] weight() {
    ByteBuffer bytes =
        ByteBuffer.allocate(hidden * vocabulary * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(7);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    return bytes.array();
  }

  /** The weight stands in the main graph. */
  Proto plain() {
    return model(
        message()
            .put(1, node("MatMul", "logits", "x", "w"))
            .put(2, "plain")
            .put(5, weightTensor())
            .put(11, value("x", FLOAT, hidden))
            .put(12, value("logits", FLOAT, vocabulary)));
  }

  /** Two branches with the same weight each; the one adds x to itself before. */
  Proto branches() {
    Proto then = branch(message().put(1, node("MatMul", "logits", "x", "w")));
    Proto otherwise =
        branch(
            message()
                .put(1, node("Add", "twice", "x", "x"))
                .put(1, node("MatMul", "logits", "twice", "w")));
    Proto condition =
        node("If", "logits", "use_cache_branch")
            .put(5, message().put(1, "then_branch").put(6, then).put(20, 5))
            .put(5, message().put(1, "else_branch").put(6, otherwise).put(20, 5));
    return model(
        message()
            .put(1, condition)
            .put(2, "branches")
            .put(11, value("x", FLOAT, hidden))
            .put(11, value("use_cache_branch", BOOL))
            .put(12, value("logits", FLOAT, vocabulary)));
  }

  /** Logits of 16 bits. */
  Proto bfloat16() {
    Proto cast =
        node("Cast", "logits", "product")
            .put(5, message().put(1, "to").put(3, BFLOAT16).put(20, 2));
    return model(
        message()
            .put(1, node("MatMul", "product", "x", "w"))
            .put(1, cast)
            .put(2, "bfloat16")
            .put(5, weightTensor())
            .put(11, value("x", FLOAT, hidden))
            .put(12, value("logits", BFLOAT16, vocabulary)));
  }

  /** Activations rounded by a constant scale before the product. */
  Proto rounded() {
    byte[] scale = {0, 0, 0, 0x3d}; // 1/32
    return model(
        message()
            .put(1, node("QuantizeLinear", "q", "x", "scale", "zero"))
            .put(1, node("DequantizeLinear", "dq", "q", "scale", "zero"))
            .put(1, node("MatMul", "logits", "dq", "w"))
            .put(2, "rounded")
            .put(5, message().put(2, FLOAT).put(8, "scale").put(9, scale))
            .put(5, message().put(2, 3).put(8, "zero").put(9, new byte[1]))
            .put(5, weightTensor())
            .put(11, value("x", FLOAT, hidden))
            .put(12, value("logits", FLOAT, vocabulary)));
  }

  private Proto branch(Proto nodes) {
    return nodes
        .put(2, "branch")
        .put(5, weightTensor())
        .put(12, value("logits", FLOAT, vocabulary));
  }

  private Proto weightTensor() {
    return message().put(1, hidden).put(1, vocabulary).put(2, FLOAT).put(8, "w").put(9, weight());
  }

  private Proto model(Proto graph) {
    return Proto.model(8, graph).put(8, message().put(2, opset));
  }

  private static Proto node(String type, String output, String... inputs) {
    Proto node = message();
    for (String input : inputs) {
      node.put(1, input);
    }
    return node.put(2, output).put(4, type);
  }

  /** A value of shape [1]. */
  private static Proto value(String name, int type) {
    return Proto.value(name, type);
  }

  /** A value of shape [batch, sequence, last]. */
  private static Proto value(String name, int type, long last) {
    Proto shape =
        message()
            .put(1, message().put(2, "batch"))
            .put(1, message().put(2, "sequence"))
            .put(1, message().put(1, last));
    return message().put(1, name).put(2, message().put(1, message().put(1, type).put(2, shape)));
  }
}
