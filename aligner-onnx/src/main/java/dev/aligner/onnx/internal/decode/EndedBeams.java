package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.ArrayList;
import java.util.List;

/**
 * The best ended beams of one prompt, as many as there are beams; and whether an open one may still
 * come among them. Not thread-safe.
 */
final class EndedBeams {

  /** What transformers takes for the score of what is not there. */
  static final float NOTHING = -1e9f;

  private final double lengthPenalty;
  private final EarlyStopping earlyStopping;
  private final int maxLength;
  private final int capacity;
  private final List<DecodedRow> ended = new ArrayList<>();

  /**
   * Begins with none.
   *
   * @param request the generation
   * @param maxLength the most tokens that a beam may write
   */
  EndedBeams(SearchRequest request, int maxLength) {
    this.lengthPenalty = request.decoding().get(DecodingOption.LENGTH_PENALTY);
    this.earlyStopping = request.decoding().get(DecodingOption.EARLY_STOPPING);
    this.capacity = request.decoding().get(DecodingOption.NUM_BEAMS);
    this.maxLength = maxLength;
  }

  /** Adds a beam that has ended, if it is better than the worst of a full house. */
  void add(int[] tokenIds, FinishReason reason, float sumLogProbs) {
    float score = penalised(sumLogProbs, tokenIds.length);
    if (!(score > worst())) {
      return;
    }
    int place = ended.size();
    while (place > 0 && score > ended.get(place - 1).score()) {
      place--;
    }
    ended.add(place, new DecodedRow(tokenIds, reason, score));
    if (ended.size() > capacity) {
      ended.remove(capacity);
    }
  }

  /**
   * Tells whether the search goes on, as {@code early_stopping} has it.
   *
   * @param bestOpen the sum of the log-probabilities of the best open beam
   * @param length the tokens it has written
   * @return false if what is here is what the search returns
   */
  boolean mayImprove(float bestOpen, int length) {
    if (isFull() && earlyStopping == EarlyStopping.TRUE) {
      return false;
    }
    boolean atBestLater = earlyStopping == EarlyStopping.NEVER && lengthPenalty > 0;
    return penalised(bestOpen, atBestLater ? maxLength : length) > worst();
  }

  /** Returns the best, an empty output of a very low score where fewer have ended. */
  List<DecodedRow> best(int count) {
    List<DecodedRow> best = new ArrayList<>(ended.subList(0, Math.min(count, ended.size())));
    while (best.size() < count) {
      best.add(new DecodedRow(new int[0], FinishReason.LENGTH, NOTHING));
    }
    return best;
  }

  private boolean isFull() {
    return ended.size() == capacity;
  }

  private float worst() {
    return isFull() ? (float) ended.get(capacity - 1).score() : NOTHING;
  }

  private float penalised(float sumLogProbs, int length) {
    return sumLogProbs / (float) Math.pow(length, lengthPenalty);
  }
}
