package dev.aligner.evaluation;

import java.util.List;

/**
 * What becomes of good and bad answers when corrections are accepted up to a threshold, and the
 * answer is shown beyond it. It tells which {@link dev.aligner.policy.AcceptanceCheck#maxEditRatio}
 * to choose.
 *
 * <p>Immutable and thread-safe.
 *
 * @param measure what the threshold is about
 * @param points from accepting nothing to accepting everything; at most about a hundred
 */
public record AcceptanceCurve(Measure measure, List<Point> points) {

  /** Copies. */
  public AcceptanceCurve {
    points = List.copyOf(points);
  }

  /** What a threshold is about. */
  public enum Measure {
    /** Corrections of at most so large an edit ratio are accepted. */
    EDIT_RATIO,

    /** Corrections of at least such a {@link EvaluationRow#score} are accepted. */
    SCORE
  }

  /**
   * One threshold.
   *
   * @param threshold the edit ratio or score; infinite where nothing is accepted
   * @param keepRate the share of good answers that are shown verbatim
   * @param fixRate the share of bad answers that are shown changed. Whether the change is right
   *     takes a judge
   */
  public record Point(double threshold, double keepRate, double fixRate) {}
}
