package dev.aligner.onnx.internal.chat;

import java.util.HashMap;
import java.util.Map;

/**
 * An object with attributes of its own: a namespace, whose attributes a template sets, or a loop.
 */
final class Attributes {

  private final String type;
  private final Map<String, Object> values = new HashMap<>();

  private Attributes(String type) {
    this.type = type;
  }

  static Attributes namespace() {
    return new Attributes("namespace");
  }

  static Attributes loop() {
    return new Attributes("loop");
  }

  boolean isNamespace() {
    return type.equals("namespace");
  }

  Object get(String name) {
    Object value = values.get(name);
    return value == null
        ? new Undefined("the " + type + " has no attribute '" + name + "'")
        : value;
  }

  void set(String name, Object value) {
    values.put(name, value);
  }

  @Override
  public String toString() {
    return "<" + type + ">";
  }
}
