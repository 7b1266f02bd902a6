package dev.aligner.onnx.internal;

import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.onnx.internal.segment.Piece;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer, cut into pieces and with a prompt for each piece that is corrected; or settled, where
 * nothing is to be generated.
 *
 * @param request the question and the answer
 * @param pieces the pieces, which put together are the answer
 * @param prompts token ids, one prompt for each piece that {@link #isCorrected}; none if settled
 * @param drafts for each prompt the tokens of an output that leaves the piece as it is
 * @param settled the correction, if it is known already
 */
record PreparedAnswer(
    CorrectionRequest request,
    List<Piece> pieces,
    List<int[]> prompts,
    List<int[]> drafts,
    @Nullable Correction settled) {

  /** Makes an answer whose correction is known already. */
  static PreparedAnswer settled(Correction correction) {
    return new PreparedAnswer(correction.request(), List.of(), List.of(), List.of(), correction);
  }

  /** Tells whether the model sees a piece. */
  static boolean isCorrected(Piece piece) {
    return piece.correctable() && !piece.text().isBlank();
  }

  /** Returns the length of the longest prompt. */
  int longestPrompt() {
    return prompts.stream().mapToInt(p -> p.length).max().orElse(0);
  }

  /**
   * Puts the answer together again.
   *
   * @param texts what the corrected pieces became
   */
  String joined(List<String> texts) {
    StringBuilder joined = new StringBuilder();
    int next = 0;
    for (Piece piece : pieces) {
      joined.append(isCorrected(piece) ? texts.get(next++) : piece.text());
    }
    return joined.toString();
  }
}
