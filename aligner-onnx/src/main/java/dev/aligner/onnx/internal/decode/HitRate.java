package dev.aligner.onnx.internal.decode;

/** How often guesses of one kind are right; what is long past fades. Not thread-safe. */
final class HitRate {

  private final double memory;
  private double hits;
  private double tries;

  /**
   * Begins with a guess.
   *
   * @param rate the guess
   * @param strength how many tries it counts for
   * @param memory how many tries are remembered
   */
  HitRate(double rate, double strength, double memory) {
    this.memory = memory;
    this.hits = rate * strength;
    this.tries = strength;
  }

  void add(boolean right) {
    hits += right ? 1 : 0;
    tries++;
    if (tries > memory) {
      hits /= 2;
      tries /= 2;
    }
  }

  double get() {
    return hits / tries;
  }
}
