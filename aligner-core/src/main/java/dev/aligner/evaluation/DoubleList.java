package dev.aligner.evaluation;

import java.util.Arrays;

/** Grows like a list and holds 8 bytes a value. Not thread-safe. */
final class DoubleList {

  private double[] values = new double[16];
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  double[] toArray() {
    return Arrays.copyOf(values, size);
  }

  double[] sorted() {
    double[] sorted = toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
