package dev.aligner.onnx.internal.graph;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node, to be read.
 *
 * @param message the node itself
 * @param operator its domain and type, as in {@code com.microsoft:MatMulNBits}, or its type alone
 *     if it is ONNX's own
 * @param inputs the names of what it reads; empty for an input that is left out
 * @param outputs the names of what it gives
 */
record NodeView(Message message, String operator, List<String> inputs, List<String> outputs) {

  NodeView {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static NodeView of(Message message) {
    String domain = message.text(Onnx.NODE_DOMAIN);
    String type = message.text(Onnx.NODE_TYPE);
    return new NodeView(
        message,
        domain.isEmpty() || domain.equals("ai.onnx") ? type : domain + ":" + type,
        message.texts(Onnx.NODE_INPUT),
        message.texts(Onnx.NODE_OUTPUT));
  }

  boolean is(Set<String> operators) {
    return operators.contains(operator);
  }

  /** Returns an input; empty if it is left out. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Finds an attribute. */
  Optional<Message> attribute(String name) {
    return message.messages(Onnx.NODE_ATTRIBUTE).stream()
        .filter(attribute -> attribute.text(Onnx.ATTRIBUTE_NAME).equals(name))
        .findFirst();
  }

  /** Returns an attribute that is an integer; 0 if it is not there. */
  long integer(String name) {
    return attribute(name).map(attribute -> attribute.integer(Onnx.ATTRIBUTE_INT)).orElse(0L);
  }
}
