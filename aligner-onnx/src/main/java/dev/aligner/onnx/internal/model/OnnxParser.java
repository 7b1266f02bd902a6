package dev.aligner.onnx.internal.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Picks out of an ONNX file what {@link OnnxFile} tells. The numbers are those of the fields in
 * onnx.proto. Stricter than protobuf, so that ONNX Runtime cannot see another model than this: a
 * field of the wrong type or a message given twice, which protobuf would skip or merge, is refused.
 */
final class OnnxParser {

  /** Names of operators, inputs and files may take so many characters in all. */
  private static final int MAX_KEPT = 8 << 20;

  private final ProtoReader reader;
  private final Map<String, Long> opsets = new LinkedHashMap<>();
  private final Set<Operator> operators = new LinkedHashSet<>();
  private final List<GraphValue> inputs = new ArrayList<>();
  private final List<GraphValue> outputs = new ArrayList<>();
  private final Map<String, Long> externalData = new LinkedHashMap<>();
  private long irVersion;
  private boolean hasGraph;
  private int kept;

  OnnxParser(ProtoReader reader) {
    this.reader = reader;
  }

  boolean hasGraph() {
    return hasGraph;
  }

  OnnxFile result(Path file) {
    return new OnnxFile(file, irVersion, opsets, operators, inputs, outputs, externalData);
  }

  void model() throws IOException {
    reader.root(
        field -> {
          switch (field) {
            case 1 -> irVersion = reader.varint();
            case 7 -> {
              once(hasGraph, "graph");
              hasGraph = true;
              reader.message(this::mainGraphField);
            }
            case 8 -> opset();
            case 20 -> reader.message(this::trainingField);
            case 25 -> reader.message(this::functionField);
            default -> {}
          }
        });
  }

  private void mainGraphField(int field) throws IOException {
    switch (field) {
      case 11 -> inputs.add(value());
      case 12 -> outputs.add(value());
      default -> graphField(field);
    }
  }

  private void graphField(int field) throws IOException {
    switch (field) {
      case 1 -> node();
      case 5 -> tensor();
      case 15 -> sparseTensor();
      default -> {}
    }
  }

  private void trainingField(int field) throws IOException {
    if (field == 1 || field == 2) {
      reader.message(this::graphField);
    }
  }

  private void functionField(int field) throws IOException {
    switch (field) {
      case 7 -> node();
      case 9 -> opset();
      case 11 -> attribute();
      default -> {}
    }
  }

  private void node() throws IOException {
    Node node = new Node();
    reader.message(node);
    Operator operator = new Operator(node.domain, node.type);
    if (operators.add(operator)) {
      keep(node.domain.length() + node.type.length());
    }
  }

  private final class Node implements ProtoReader.Fields {
    private String type = "";
    private String domain = "";

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 4 -> type = reader.text();
        case 5 -> attribute();
        case 7 -> domain = reader.text();
        default -> {}
      }
    }
  }

  private void attribute() throws IOException {
    reader.message(new Attribute());
  }

  private final class Attribute implements ProtoReader.Fields {
    private final boolean[] seen = new boolean[24];

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 5, 6, 22 -> {
          once(seen[field], "value of an attribute");
          seen[field] = true;
          single(field);
        }
        case 10 -> tensor();
        case 11 -> reader.message(OnnxParser.this::graphField);
        case 23 -> sparseTensor();
        default -> {}
      }
    }

    private void single(int field) throws IOException {
      switch (field) {
        case 5 -> tensor();
        case 6 -> reader.message(OnnxParser.this::graphField);
        default -> sparseTensor();
      }
    }
  }

  private void sparseTensor() throws IOException {
    reader.message(new SparseTensor());
  }

  private final class SparseTensor implements ProtoReader.Fields {
    private final boolean[] seen = new boolean[3];

    @Override
    public void field(int field) throws IOException {
      if (field == 1 || field == 2) {
        once(seen[field], "part of a sparse tensor");
        seen[field] = true;
        tensor();
      }
    }
  }

  private void tensor() throws IOException {
    Tensor tensor = new Tensor();
    reader.message(tensor);
    if (tensor.external) {
      addExternal(tensor.entries);
    }
  }

  private final class Tensor implements ProtoReader.Fields {
    private final Map<String, String> entries = new LinkedHashMap<>();
    private boolean external;

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 13 -> {
          Entry entry = new Entry();
          reader.message(entry);
          if (entries.size() == 64 || entries.put(entry.key, entry.value) != null) {
            throw reader.malformed("external data with \"" + entry.key + "\" twice");
          }
        }
        case 14 -> {
          long location = reader.varint();
          if (location != 0 && location != 1) {
            throw reader.malformed("data_location " + location);
          }
          external = location == 1;
        }
        default -> {}
      }
    }
  }

  private final class Entry implements ProtoReader.Fields {
    private String key = "";
    private String value = "";

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 1 -> key = reader.text();
        case 2 -> value = reader.text();
        default -> {}
      }
    }
  }

  private void addExternal(Map<String, String> entries) throws IOException {
    String location = entries.getOrDefault("location", "");
    long offset = count(entries, "offset");
    long length = count(entries, "length");
    if (length > Long.MAX_VALUE - offset) {
      throw reader.malformed("external data that ends after " + Long.MAX_VALUE + " bytes");
    }
    if (!externalData.containsKey(location)) {
      keep(location.length());
    }
    externalData.merge(location, offset + length, Math::max);
  }

  private long count(Map<String, String> entries, String key) throws IOException {
    String text = entries.getOrDefault(key, "0");
    if (!text.matches("[0-9]{1,18}")) {
      throw reader.malformed("external data with " + key + " \"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  private GraphValue value() throws IOException {
    Value value = new Value();
    reader.message(value);
    keep(value.name.length() + Long.BYTES * value.shape.size());
    return new GraphValue(value.name, value.elementType, value.shape);
  }

  /** A ValueInfoProto, in it a TypeProto, in it a Tensor, in it a TensorShapeProto. */
  private final class Value implements ProtoReader.Fields {
    private final List<Long> shape = new ArrayList<>();
    private String name = "";
    private int elementType;

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 1 -> name = reader.text();
        case 2 -> reader.message(this::typeField);
        default -> {}
      }
    }

    private void typeField(int field) throws IOException {
      if (field == 1) {
        reader.message(this::tensorTypeField);
      }
    }

    private void tensorTypeField(int field) throws IOException {
      switch (field) {
        case 1 -> elementType = (int) reader.varint();
        case 2 -> reader.message(this::shapeField);
        default -> {}
      }
    }

    private void shapeField(int field) throws IOException {
      if (field == 1) {
        if (shape.size() == 64) {
          throw reader.malformed("a shape of more than 64 dimensions");
        }
        long[] size = {-1};
        reader.message(
            dimension -> {
              if (dimension == 1) {
                size[0] = reader.varint();
              }
            });
        shape.add(size[0]);
      }
    }
  }

  private void opset() throws IOException {
    Opset opset = new Opset();
    reader.message(opset);
    String domain = opset.domain.equals("ai.onnx") ? "" : opset.domain;
    if (!opsets.containsKey(domain)) {
      keep(domain.length());
    }
    opsets.merge(domain, opset.version, Math::max);
  }

  private final class Opset implements ProtoReader.Fields {
    private String domain = "";
    private long version;

    @Override
    public void field(int field) throws IOException {
      switch (field) {
        case 1 -> domain = reader.text();
        case 2 -> version = reader.varint();
        default -> {}
      }
    }
  }

  private void once(boolean seen, String what) throws IOException {
    if (seen) {
      throw reader.malformed("a second " + what);
    }
  }

  private void keep(int characters) throws IOException {
    kept += characters + Long.SIZE;
    if (kept > MAX_KEPT) {
      throw reader.malformed("more names than any model has");
    }
  }
}
