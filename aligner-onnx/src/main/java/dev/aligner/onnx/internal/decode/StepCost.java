package dev.aligner.onnx.internal.decode;

/**
 * What a step of a model costs by the tokens it reads, as measured on this machine. Thread-safe.
 */
public interface StepCost {

  /**
   * Estimates the time of a step.
   *
   * @param tokens how many tokens it reads, those of all rows together; at least 1
   * @return a time, above 0, in a unit of this curve's own
   */
  double of(int tokens);

  /**
   * Learns from a step.
   *
   * @param tokens how many tokens it read
   * @param nanos how long it took
   */
  void observe(int tokens, long nanos);
}
