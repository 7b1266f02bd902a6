package dev.aligner.onnx.internal.decode;

import dev.aligner.InferenceException;
import java.util.List;

/** Selects a few of all the ways in which the beams of one prompt may go on. Not thread-safe. */
interface Candidates {

  /**
   * Offers all continuations of one beam. A score that is no number counts as negative infinity.
   *
   * @param beam the beam; 0, then one after the other
   * @param beamScore the score of the beam
   * @param logProbs what each token would add to it
   */
  void offer(int beam, float beamScore, float[] logProbs);

  /**
   * Returns the selected ones and forgets all that was offered.
   *
   * @return at least as many as there are beams
   * @throws InferenceException if no score is above negative infinity
   */
  List<Candidate> take();
}
