package dev.aligner.onnx.internal.decode;

import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.internal.decode.process.LogitsProcessors;
import dev.aligner.onnx.internal.decode.process.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Scores how the beams of one prompt may go on. The scorers of a generation share the arrays that
 * hold scores of the vocabulary; not thread-safe.
 */
final class BeamScorer {

  private final LogitsProcessors ofBest;
  private final LogitsProcessors ofOthers;
  private final Candidates candidates;
  private final float[] logProbs;

  private BeamScorer(
      LogitsProcessors ofBest, LogitsProcessors ofOthers, Candidates candidates, float[] logProbs) {
    this.ofBest = ofBest;
    this.ofOthers = ofOthers;
    this.candidates = candidates;
    this.logProbs = logProbs;
  }

  /** Makes one for each prompt of a generation. */
  static List<BeamScorer> of(SearchRequest request) {
    int vocabSize = request.vocabSize();
    int beams = request.decoding().get(DecodingOption.NUM_BEAMS);
    boolean samples = request.decoding().get(DecodingOption.DO_SAMPLE);
    float[] logProbs = new float[vocabSize];
    float[] all = new float[samples ? Math.multiplyExact(beams, vocabSize) : 0];
    TokenSampler sampler = new TokenSampler();
    Candidates top = new TopCandidates(count(request));
    List<BeamScorer> scorers = new ArrayList<>();
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      Candidates candidates = top;
      if (samples) {
        RandomGenerator random = request.decoding().get(DecodingOption.RANDOM).get();
        candidates = new DrawnCandidates(all, sampler, vocabSize, count(request), random);
      }
      scorers.add(
          new BeamScorer(
              LogitsProcessors.of(request, prompt),
              LogitsProcessors.ofLaterBeams(request, prompt),
              candidates,
              logProbs));
    }
    return scorers;
  }

  /** So many that enough go on even if all beams could end, each with every end token. */
  private static int count(SearchRequest request) {
    long beams = request.decoding().get(DecodingOption.NUM_BEAMS);
    long wanted = beams * Math.max(2, 1 + request.eosTokenIds().size());
    return Math.toIntExact(Math.min(wanted, beams * request.vocabSize()));
  }

  /**
   * Finds the candidates of one step.
   *
   * @param group the beams
   * @param scores those of all rows
   * @param firstRow the row of the first beam
   * @param rows how many rows the beams have: one each, or one together, as long as they are equal
   * @return as many as the group needs
   * @throws dev.aligner.InferenceException if the scores leave no choice
   */
  List<Candidate> candidates(BeamGroup group, Scores scores, int firstRow, int rows) {
    for (int beam = 0; beam < group.size(); beam++) {
      if (beam < rows) {
        scores.copyTo(firstRow + beam, 0, logProbs);
        ScoreArrays.logSoftmax(logProbs);
        (beam == 0 ? ofBest : ofOthers).process(group.sequence(beam).inputIds(), logProbs);
        if (ScoreArrays.allNaN(logProbs)) {
          throw ScoreArrays.noChoice();
        }
      }
      candidates.offer(beam, group.score(beam), logProbs);
    }
    return candidates.take();
  }
}
