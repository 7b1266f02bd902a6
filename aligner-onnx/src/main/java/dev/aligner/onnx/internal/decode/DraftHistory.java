package dev.aligner.onnx.internal.decode;

import java.util.EnumMap;
import java.util.Map;

/**
 * How drafts of one model fared so far: the first guess for the next generation. What is long past
 * fades. Thread-safe.
 */
public final class DraftHistory {

  private static final double MEMORY = 200;

  /** So many tries the prior of an anchor counts for. */
  private static final double PRIOR_STRENGTH = 6;

  private final Map<Anchor, HitRate> rates = new EnumMap<>(Anchor.class);

  /** Begins without any experience. */
  public DraftHistory() {}

  synchronized void add(Anchor anchor, boolean right) {
    rate(anchor).add(right);
  }

  synchronized double get(Anchor anchor) {
    return rate(anchor).get();
  }

  private HitRate rate(Anchor anchor) {
    return rates.computeIfAbsent(anchor, kind -> new HitRate(kind.prior(), PRIOR_STRENGTH, MEMORY));
  }
}
