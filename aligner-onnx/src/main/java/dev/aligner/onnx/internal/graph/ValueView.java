package dev.aligner.onnx.internal.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An input, output or inner value of a graph with what its file tells of its type, to be read.
 *
 * @param message the value itself
 * @param name its name
 */
record ValueView(Message message, String name) {

  static ValueView of(Message message) {
    return new ValueView(message, message.text(Onnx.VALUE_NAME));
  }

  private Optional<Message> tensor() {
    return message.message(Onnx.VALUE_TYPE).flatMap(type -> type.message(Onnx.TYPE_TENSOR));
  }

  /** Returns the number of the type of its elements; 0 if it is none or not told. */
  int elementType() {
    return tensor().map(tensor -> (int) tensor.integer(Onnx.TENSOR_TYPE_ELEMENT)).orElse(0);
  }

  /** Returns its dimensions, if they are told. */
  Optional<List<Message>> dims() {
    return tensor()
        .flatMap(tensor -> tensor.message(Onnx.TENSOR_TYPE_SHAPE))
        .map(shape -> shape.messages(Onnx.SHAPE_DIM));
  }

  /** Tells whether a dimension is told and of fixed size. */
  boolean isFixed(int axis) {
    return dims()
        .filter(dims -> axis < dims.size())
        .map(dims -> dims.get(axis).has(Onnx.DIM_VALUE))
        .orElse(false);
  }

  /** Returns the size of a dimension, if it is told and fixed. */
  OptionalLong size(int axis) {
    return isFixed(axis)
        ? OptionalLong.of(dims().orElseThrow().get(axis).integer(Onnx.DIM_VALUE))
        : OptionalLong.empty();
  }
}
