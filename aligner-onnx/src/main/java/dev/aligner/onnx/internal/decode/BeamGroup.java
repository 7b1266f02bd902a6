package dev.aligner.onnx.internal.decode;

import dev.aligner.FinishReason;
import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The beams of one prompt, those that are open and those that have ended. Not thread-safe. */
final class BeamGroup {

  private final StopCriteria stop;
  private final EndedBeams ended;
  private final float[] scores;
  private final int[] parents;
  private final int[] lastTokens;
  private TokenSequence[] sequences;
  private TokenSequence[] spare;
  private boolean done;

  /**
   * Begins with as many equal beams as there are to be, of which one counts.
   *
   * @param request the generation
   * @param prompt the index of the prompt
   * @param first what the decoder reads first
   */
  BeamGroup(SearchRequest request, int prompt, int[] first) {
    int beams = request.decoding().get(DecodingOption.NUM_BEAMS);
    this.stop = StopCriteria.of(request, prompt);
    this.ended = new EndedBeams(request, stop.maxNewTokens());
    this.parents = new int[beams];
    this.lastTokens = new int[beams];
    this.scores = new float[beams];
    Arrays.fill(scores, 1, beams, EndedBeams.NOTHING);
    this.sequences = sequences(beams, first);
    this.spare = sequences(beams, first);
  }

  private static TokenSequence[] sequences(int count, int[] first) {
    return IntStream.range(0, count)
        .mapToObj(i -> new TokenSequence(first))
        .toArray(TokenSequence[]::new);
  }

  /** Returns how many beams are open. */
  int size() {
    return scores.length;
  }

  /** Returns the sum of the log-probabilities of an open beam. */
  float score(int beam) {
    return scores[beam];
  }

  /** Returns what an open beam has read and written. */
  TokenSequence sequence(int beam) {
    return sequences[beam];
  }

  /** Returns which beam of the step before an open beam goes on from. */
  int parent(int beam) {
    return parents[beam];
  }

  /** Returns what an open beam wrote last. */
  int lastToken(int beam) {
    return lastTokens[beam];
  }

  /** Tells whether nothing can change the outputs any more. */
  boolean isDone() {
    return done;
  }

  /** Returns the outputs, the best first. */
  List<DecodedRow> best(int count) {
    return ended.best(count).stream().map(stop::cut).toList();
  }

  /**
   * Takes a step. Of the candidates that end here, those within the first places, as many as there
   * are beams, are kept as ended. The best of the others are the open beams of the next step.
   *
   * @param candidates at least as many as there are beams; in beam search the best first, in beam
   *     sampling in the order of drawing
   */
  void advance(List<Candidate> candidates) {
    int length = sequences[0].written() + 1;
    List<Candidate> next = new ArrayList<>(candidates.size());
    boolean allEnd = true;
    for (int place = 0; place < candidates.size(); place++) {
      Candidate candidate = candidates.get(place);
      int[] written = sequences[candidate.beam()].writtenIdsWith(candidate.token());
      Optional<FinishReason> reason = stop.check(written);
      if (reason.isPresent() && place < size()) {
        ended.add(written, reason.get(), candidate.score());
      }
      allEnd &= reason.isPresent();
      next.add(reason.isPresent() ? putLast(candidate) : candidate);
    }
    next.sort((left, right) -> Float.compare(right.score(), left.score()));
    goOnWith(next);
    done = allEnd || !ended.mayImprove(scores[0], length);
  }

  /** An ended beam goes on only where there are too few others, as in transformers. */
  private static Candidate putLast(Candidate candidate) {
    return new Candidate(
        candidate.beam(), candidate.token(), candidate.score() + EndedBeams.NOTHING);
  }

  private void goOnWith(List<Candidate> best) {
    for (int beam = 0; beam < size(); beam++) {
      Candidate candidate = best.get(beam);
      spare[beam].become(sequences[candidate.beam()], candidate.token());
      scores[beam] = candidate.score();
      parents[beam] = candidate.beam();
      lastTokens[beam] = candidate.token();
    }
    TokenSequence[] outdated = sequences;
    sequences = spare;
    spare = outdated;
  }
}
