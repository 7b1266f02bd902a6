package dev.aligner.onnx.internal.decode;

/**
 * What drafts did for an output.
 *
 * @param drafted the tokens that the model checked; one that is checked again counts again
 * @param accepted those of them that it wrote itself
 */
public record DraftUsage(int drafted, int accepted) {

  /** No drafts. */
  public static final DraftUsage NONE = new DraftUsage(0, 0);

  /**
   * Adds up.
   *
   * @param other what drafts did for another output, or in another step
   * @return the sum of both
   */
  public DraftUsage plus(DraftUsage other) {
    return new DraftUsage(drafted + other.drafted, accepted + other.accepted);
  }
}
