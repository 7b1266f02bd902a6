package dev.aligner.onnx.internal.graph;

import java.util.List;

/** The numbers of onnx.proto, and its messages as far as rewrites make new ones. */
final class Onnx {

  static final int MODEL_IR_VERSION = 1;
  static final int MODEL_PRODUCER = 2;
  static final int MODEL_GRAPH = 7;
  static final int MODEL_OPSET = 8;

  static final int OPSET_DOMAIN = 1;
  static final int OPSET_VERSION = 2;

  static final int GRAPH_NODE = 1;
  static final int GRAPH_NAME = 2;
  static final int GRAPH_INITIALIZER = 5;
  static final int GRAPH_INPUT = 11;
  static final int GRAPH_OUTPUT = 12;
  static final int GRAPH_VALUE = 13;

  static final int NODE_INPUT = 1;
  static final int NODE_OUTPUT = 2;
  static final int NODE_NAME = 3;
  static final int NODE_TYPE = 4;
  static final int NODE_ATTRIBUTE = 5;
  static final int NODE_DOMAIN = 7;

  static final int ATTRIBUTE_NAME = 1;
  static final int ATTRIBUTE_INT = 3;
  static final int ATTRIBUTE_TENSOR = 5;
  static final int ATTRIBUTE_GRAPH = 6;
  static final int ATTRIBUTE_INTS = 8;
  static final int ATTRIBUTE_GRAPHS = 11;
  static final int ATTRIBUTE_TYPE = 20;

  static final int TENSOR_DIMS = 1;
  static final int TENSOR_TYPE = 2;
  static final int TENSOR_INT64_DATA = 7;
  static final int TENSOR_NAME = 8;
  static final int TENSOR_RAW_DATA = 9;
  static final int TENSOR_EXTERNAL_DATA = 13;
  static final int TENSOR_DATA_LOCATION = 14;

  static final int ENTRY_KEY = 1;
  static final int ENTRY_VALUE = 2;

  static final int VALUE_NAME = 1;
  static final int VALUE_TYPE = 2;
  static final int TYPE_TENSOR = 1;
  static final int TENSOR_TYPE_ELEMENT = 1;
  static final int TENSOR_TYPE_SHAPE = 2;
  static final int SHAPE_DIM = 1;
  static final int DIM_VALUE = 1;
  static final int DIM_PARAM = 2;

  /** Elements of 32-bit floats. */
  static final int FLOAT = 1;

  /** Elements of 64-bit integers. */
  static final int INT64 = 7;

  /** Elements of IEEE's 16-bit floats. */
  static final int FLOAT16 = 10;

  /** Elements of 16-bit floats with the exponent of 32-bit ones. */
  static final int BFLOAT16 = 16;

  private static final int TYPE_OF_INT = 2;
  private static final int TYPE_OF_TENSOR = 4;
  private static final int TYPE_OF_INTS = 7;

  private Onnx() {}

  /** Returns a node of ONNX's own domain that is named as its first output. */
  static Message node(String type, List<String> inputs, String output) {
    Message node = Message.empty();
    inputs.forEach(input -> node.put(NODE_INPUT, input));
    return node.put(NODE_OUTPUT, output).put(NODE_NAME, output).put(NODE_TYPE, type);
  }

  /** Returns a node that gives a vector of integers. */
  static Message constant(String output, long... values) {
    Message tensor = Message.empty().put(TENSOR_DIMS, values.length).put(TENSOR_TYPE, INT64);
    for (long value : values) {
      tensor.put(TENSOR_INT64_DATA, value);
    }
    Message attribute =
        Message.empty()
            .put(ATTRIBUTE_NAME, "value")
            .put(ATTRIBUTE_TENSOR, tensor)
            .put(ATTRIBUTE_TYPE, TYPE_OF_TENSOR);
    return node("Constant", List.of(), output).put(NODE_ATTRIBUTE, attribute);
  }

  /** Returns an attribute of one integer. */
  static Message attribute(String name, long value) {
    return Message.empty()
        .put(ATTRIBUTE_NAME, name)
        .put(ATTRIBUTE_INT, value)
        .put(ATTRIBUTE_TYPE, TYPE_OF_INT);
  }

  /** Returns an attribute that is a list of one integer. */
  static Message listAttribute(String name, long value) {
    return Message.empty()
        .put(ATTRIBUTE_NAME, name)
        .put(ATTRIBUTE_INTS, value)
        .put(ATTRIBUTE_TYPE, TYPE_OF_INTS);
  }

  /** Returns a dimension of fixed size. */
  static Message dim(long size) {
    return Message.empty().put(DIM_VALUE, size);
  }

  /** Returns a dimension with a name for its size. */
  static Message dim(String name) {
    return Message.empty().put(DIM_PARAM, name);
  }

  /** Returns an input or output that is a tensor. */
  static Message value(String name, int elementType, List<Message> dims) {
    Message shape = Message.empty();
    dims.forEach(dim -> shape.put(SHAPE_DIM, dim));
    Message tensor =
        Message.empty().put(TENSOR_TYPE_ELEMENT, elementType).put(TENSOR_TYPE_SHAPE, shape);
    return Message.empty()
        .put(VALUE_NAME, name)
        .put(VALUE_TYPE, Message.empty().put(TYPE_TENSOR, tensor));
  }

  /** Returns the version of a domain of operators. */
  static Message opset(String domain, long version) {
    return Message.empty().put(OPSET_DOMAIN, domain).put(OPSET_VERSION, version);
  }

  /** Returns one word of the place of external data. */
  static Message entry(String key, String value) {
    return Message.empty().put(ENTRY_KEY, key).put(ENTRY_VALUE, value);
  }
}
