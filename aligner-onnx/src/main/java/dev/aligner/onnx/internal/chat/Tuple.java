package dev.aligner.onnx.internal.chat;

import java.util.AbstractList;
import java.util.List;

/** A Python tuple: a list that is written with parentheses. */
final class Tuple extends AbstractList<Object> {

  private final List<Object> elements;

  Tuple(List<Object> elements) {
    this.elements = elements;
  }

  static Tuple of(Object... elements) {
    return new Tuple(List.of(elements));
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }
}
