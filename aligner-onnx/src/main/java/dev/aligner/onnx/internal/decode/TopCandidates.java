package dev.aligner.onnx.internal.decode;

import java.util.Arrays;
import java.util.List;

/**
 * The candidates with the highest scores: a heap of a few whose root is the worst that is kept. Of
 * equal scores the earlier wins. Prompts may share it.
 */
final class TopCandidates implements Candidates {

  private final float[] scores;
  private final int[] beams;
  private final int[] tokens;
  private int size;

  /**
   * Makes room.
   *
   * @param count how many are kept
   */
  TopCandidates(int count) {
    this.scores = new float[count];
    this.beams = new int[count];
    this.tokens = new int[count];
  }

  @Override
  public void offer(int beam, float beamScore, float[] logProbs) {
    int token = 0;
    for (; token < logProbs.length && size < scores.length; token++) {
      float score = beamScore + logProbs[token];
      push(Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score, beam, token);
    }
    for (; token < logProbs.length; token++) {
      float score = beamScore + logProbs[token];
      if (score > scores[0]) {
        set(0, score, beam, token);
        siftDown(0, size);
      }
    }
  }

  /** The best first. */
  @Override
  public List<Candidate> take() {
    Candidate[] sorted = new Candidate[size];
    for (int last = size - 1; last >= 0; last--) {
      sorted[last] = new Candidate(beams[0], tokens[0], scores[0]);
      set(0, scores[last], beams[last], tokens[last]);
      siftDown(0, last);
    }
    size = 0;
    if (sorted[0].score() == Float.NEGATIVE_INFINITY) {
      throw ScoreArrays.noChoice();
    }
    return Arrays.asList(sorted);
  }

  private void push(float score, int beam, int token) {
    int child = size++;
    set(child, score, beam, token);
    while (child > 0 && isWorse(child, (child - 1) / 2)) {
      swap(child, (child - 1) / 2);
      child = (child - 1) / 2;
    }
  }

  private void siftDown(int from, int end) {
    int parent = from;
    while (2 * parent + 1 < end) {
      int child = 2 * parent + 1;
      if (child + 1 < end && isWorse(child + 1, child)) {
        child++;
      }
      if (!isWorse(child, parent)) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private boolean isWorse(int left, int right) {
    if (scores[left] != scores[right]) {
      return scores[left] < scores[right];
    }
    return beams[left] != beams[right] ? beams[left] > beams[right] : tokens[left] > tokens[right];
  }

  private void swap(int left, int right) {
    float score = scores[left];
    int beam = beams[left];
    int token = tokens[left];
    set(left, scores[right], beams[right], tokens[right]);
    set(right, score, beam, token);
  }

  private void set(int index, float score, int beam, int token) {
    scores[index] = score;
    beams[index] = beam;
    tokens[index] = token;
  }
}
