package dev.aligner.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measurements of one thing, told by their median and their range. Not thread-safe. */
final class Samples {

  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  int size() {
    return values.size();
  }

  double median() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the median, and the lowest and highest value in brackets. */
  String withRange() {
    return isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.1f [%.1f-%.1f]",
            median(),
            Collections.min(values),
            Collections.max(values));
  }
}
