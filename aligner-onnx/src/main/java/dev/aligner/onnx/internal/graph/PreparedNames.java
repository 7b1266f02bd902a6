package dev.aligner.onnx.internal.graph;

/** The names of what preparation adds to a graph. */
public final class PreparedNames {

  /** What the names of all that is added start with. */
  static final String PREFIX = "aligner.";

  /**
   * The input that tells how many of the last positions get scores, int64 {@code [1]}; 0, or more
   * than there are, means all.
   */
  public static final String LOGITS_TO_KEEP = "aligner.logits_to_keep";

  /** The output that tells the tokens of the highest logits, int64 {@code [batch, kept]}. */
  public static final String ARG_MAX = "aligner.argmax";

  /** The output that tells the highest logits, float {@code [batch, kept]}. */
  public static final String MAX = "aligner.max";

  /** The input of {@link CacheGraph#keepPositions}: how many positions stay, int64 {@code [1]}. */
  public static final String LENGTH = "aligner.length";

  /** The input of {@link CacheGraph#takeRows}: which row each new row was, int64 {@code [n]}. */
  public static final String ROWS = "aligner.rows";

  /** The input of {@link CacheGraph#addPositions}: ONNX's pads, int64 {@code [2 * rank]}. */
  public static final String PADS = "aligner.pads";

  /** What the names of the outputs of a {@link CacheGraph} start with. */
  public static final String KEPT = "kept.";

  private PreparedNames() {}
}
