package dev.aligner.onnx.internal.decode;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far an output follows its draft, learned while it is written. Two things are counted: how
 * often the first token at each kind of {@link Anchor} is right, and how long the output follows
 * once it does. For the second a token's chance of not following is taken to be drawn from a Beta
 * distribution: an output that has followed for n tokens is expected to go on for about as long
 * again, so that drafts widen geometrically while nothing is edited, and settle near the distance
 * between edits where something is. State of one generation; not thread-safe.
 */
final class Acceptance {

  /** So many tries the history of a kind counts for. */
  private static final double STRENGTH = 2;

  private static final double FOLLOWED = 1;

  /** Small: most outputs either hold no edit or more than one. */
  private static final double LEFT = 0.25;

  private static final double MEMORY = 256;

  private final DraftHistory history;
  private final Map<Anchor, HitRate> anchors = new EnumMap<>(Anchor.class);
  private double followed = FOLLOWED;
  private double left = LEFT;

  Acceptance(DraftHistory history) {
    this.history = history;
  }

  private HitRate rate(Anchor anchor) {
    return anchors.computeIfAbsent(
        anchor, kind -> new HitRate(history.get(kind), STRENGTH, MEMORY));
  }

  /** Learns whether the first token at an anchor was right. */
  void anchored(Anchor anchor, boolean right) {
    rate(anchor).add(right);
    history.add(anchor, right);
  }

  /** Learns whether an output that follows its draft went on to. */
  void followed(boolean right) {
    if (right) {
      followed++;
    } else {
      left++;
    }
    if (followed + left > MEMORY) {
      followed /= 2;
      left = Math.max(LEFT, left / 2);
    }
  }

  /**
   * Fills in how many of the next tokens of the draft are expected to be accepted.
   *
   * @param anchor where the next token is the first at an anchor; null where the draft is followed
   * @param expected takes at index n the tokens accepted of a draft of n
   */
  void expect(@Nullable Anchor anchor, double[] expected) {
    expected[0] = 0;
    double reached = anchor == null ? 1 : rate(anchor).get();
    double passed = 0;
    for (int n = 1; n < expected.length; n++) {
      if (anchor == null || n > 1) {
        reached *= (followed + passed) / (followed + left + passed);
        passed++;
      }
      expected[n] = expected[n - 1] + reached;
    }
  }
}
