package dev.aligner.onnx.internal.decode;

/**
 * How drafts of one model fared so far: the first guess for the next generation. What is long past
 * fades. Thread-safe.
 */
public final class DraftHistory {

  private static final double MEMORY = 200;

  /** So many tries the prior of an anchor counts for. */
  private static final double PRIOR_STRENGTH = 6;

  private final double[] hits = new double[Anchor.values().length];
  private final double[] tries = new double[Anchor.values().length];

  /** Begins without any experience. */
  public DraftHistory() {}

  synchronized void add(Anchor anchor, boolean right) {
    int kind = anchor.ordinal();
    tries[kind]++;
    hits[kind] += right ? 1 : 0;
    if (tries[kind] > MEMORY) {
      tries[kind] /= 2;
      hits[kind] /= 2;
    }
  }

  synchronized double rate(Anchor anchor) {
    int kind = anchor.ordinal();
    return (hits[kind] + PRIOR_STRENGTH * anchor.prior()) / (tries[kind] + PRIOR_STRENGTH);
  }
}
