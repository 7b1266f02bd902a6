package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aligner.InferenceException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.EarlyStopping;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Beam search and beam sampling: rows, and what the goldens of transformers do not cover. */
class BeamSearchTest {

  private static final int EOS = 1;

  @Test
  void run_prompt_isReadOnceAndByOneRow() {
    FakeModel model = FakeModel.random(20, false, 5);

    Run.of(model, Decoding.beamSearch(3)).noEos().maxNewTokens(4).on(new int[] {4, 5, 6});

    assertThat(model.rowsOfSteps).containsExactly(1, 3, 3, 3);
    assertThat(model.reorders.get(0)).containsExactly(0, 0, 0);
  }

  @Test
  void run_promptThatIsDone_costsNothingMore() {
    FakeModel model = FakeModel.random(20, true, 5);

    SearchResult result =
        Run.of(model, Decoding.beamSearch(2))
            .noEos()
            .maxNewTokens(2, 4, 1)
            .on(new int[] {4}, new int[] {5}, new int[] {6});

    assertThat(model.rowsOfSteps).containsExactly(3, 4, 2, 2);
    assertThat(model.reorders.get(0)).containsExactly(0, 0, 1, 1);
    assertThat(result.steps()).containsExactly(2, 4, 1);
    assertThat(result.outputs().stream().map(outputs -> outputs.get(0).tokenIds().length))
        .containsExactly(2, 4, 1);
  }

  @Test
  void run_encoderRepetitionPenalty_isForTheBestBeamAlone() {
    FakeModel model =
        new FakeModel(
            8,
            true,
            history -> {
              boolean first = history[history.length - 1] == FakeModel.START;
              return first
                  ? new float[] {-1e6f, -1e6f, -1e6f, -1e6f, 2.0f, 1.9f, -1e6f, -1e6f}
                  : new float[] {-1e6f, -1e6f, -1e6f, -1e6f, -1e6f, -1e6f, 0.0f, 0.5f};
            });
    Decoding decoding =
        Decoding.beamSearch(2)
            .with(DecodingOption.NUM_RETURN_SEQUENCES, 2)
            .with(DecodingOption.ENCODER_REPETITION_PENALTY, 1000.0);

    SearchResult result = Run.of(model, decoding).noEos().maxNewTokens(2).on(new int[] {6});

    // Were 6 as likely in the other beam, {5, 6} would be the second output.
    assertThat(result.outputs().get(0))
        .extracting(DecodedRow::tokenIds)
        .containsExactly(new int[] {4, 6}, new int[] {4, 7});
  }

  @Test
  void run_beamsThatStayInPlace_areNotReordered() {
    // After the first step each beam is certain of what follows.
    FakeModel model =
        new FakeModel(
            8,
            true,
            history -> {
              float[] scores = new float[8];
              int last = history[history.length - 1];
              scores[last == FakeModel.START ? 4 : last] = 50;
              scores[5] += last == FakeModel.START ? 49 : 0;
              return scores;
            });

    SearchResult result =
        Run.of(model, Decoding.beamSearch(2).with(DecodingOption.NUM_RETURN_SEQUENCES, 2))
            .noEos()
            .maxNewTokens(5)
            .on(new int[] {4});

    assertThat(model.reorders).hasSize(1);
    assertThat(result.outputs().get(0))
        .extracting(DecodedRow::tokenIds)
        .containsExactly(new int[] {4, 4, 4, 4, 4}, new int[] {5, 5, 5, 5, 5});
  }

  @Test
  void run_oneBeamAndEarlyStopping_isGreedySearch() {
    for (int seed = 0; seed < 50; seed++) {
      FakeModel model = FakeModel.random(20, true, seed);
      Decoding decoding =
          Decoding.beamSearch(1).with(DecodingOption.EARLY_STOPPING, EarlyStopping.TRUE);
      Run run = Run.of(model, decoding);
      List<int[]> prompts = List.of(new int[] {4}, new int[] {5, 6});

      SearchResult greedy = run.on(prompts);
      SearchResult oneBeam =
          BeamSearch.run(model.open(prompts, Cancellation.NEVER), run.request(prompts));

      assertThat(ids(oneBeam)).isEqualTo(ids(greedy));
    }
  }

  @Test
  void run_cancelled_endsBeforeTheNextStepAndLeavesNothingOpen() {
    FakeModel model = FakeModel.random(20, true, 5);
    Run run = Run.of(model, Decoding.beamSearch(2)).noEos().cancellation(CancelAfter.steps(2));

    assertThatThrownBy(() -> run.on(new int[] {4})).hasMessage("cancelled");
    assertThat(model.rowsOfSteps).containsExactly(1, 2);
    assertThat(model.open).isZero();
  }

  @Test
  void run_vocabularySmallerThanTheCandidates_takesThoseThereAre() {
    FakeModel model = FakeModel.random(3, true, 5);

    SearchResult result =
        Run.of(model, Decoding.beamSearch(4).with(DecodingOption.NUM_RETURN_SEQUENCES, 4))
            .noEos()
            .maxNewTokens(3)
            .on(new int[] {2});

    assertThat(ids(result)).doesNotHaveDuplicates();
    assertThat(result.outputs().get(0)).allSatisfy(row -> assertThat(row.tokenIds()).hasSize(3));
  }

  @Test
  void run_scoresThatAreNoNumbers_areRefused() {
    for (float broken : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
      FakeModel model = new FakeModel(2, true, history -> new float[] {broken, broken});
      for (boolean samples : new boolean[] {false, true}) {
        Decoding decoding = Decoding.beamSearch(2).with(DecodingOption.DO_SAMPLE, samples);
        assertThatThrownBy(() -> Run.of(model, decoding).on(new int[] {0}))
            .isInstanceOf(InferenceException.class)
            .hasMessageContainingAll("expected", "found", "Fix:");
      }
    }
  }

  @Test
  void run_brokenScoresOfOneRowOfMany_areRefused() {
    FakeModel model =
        new FakeModel(
            4,
            true,
            history ->
                history[history.length - 1] == 3
                    ? new float[] {Float.NaN, 0, 0, 0}
                    : new float[] {0, 1, 2, 3});

    assertThatThrownBy(() -> Run.of(model, Decoding.beamSearch(2)).noEos().on(new int[] {0}))
        .isInstanceOf(InferenceException.class);
  }

  @Test
  void run_beamSampling_scoresOutputsByTheirLogProbabilities() {
    FakeModel model = FakeModel.random(20, true, 8);
    Decoding decoding =
        Decoding.beamSearch(3)
            .with(DecodingOption.DO_SAMPLE, true)
            .with(DecodingOption.NUM_RETURN_SEQUENCES, 3)
            .withSeed(3);

    List<DecodedRow> outputs = Run.of(model, decoding).on(new int[] {7}).outputs().get(0);

    for (DecodedRow output : outputs) {
      int[] history = {7, FakeModel.START};
      double sum = 0;
      for (int token : output.tokenIds()) {
        float[] logProbs = model.logits(history).clone();
        ScoreArrays.logSoftmax(logProbs);
        sum += logProbs[token];
        history = FakeModel.concat(history, token);
      }
      assertThat(output.score()).isCloseTo(sum / output.tokenIds().length, within(1e-5));
    }
    assertThat(outputs)
        .isSortedAccordingTo((left, right) -> Double.compare(right.score(), left.score()));
  }

  @Test
  void run_beamSampling_dependsOnTheSeedAlone() {
    FakeModel model = FakeModel.random(20, true, 8);
    Decoding sampling = Decoding.beamSearch(3).with(DecodingOption.DO_SAMPLE, true);
    Set<String> outputs = new HashSet<>();

    for (long seed = 0; seed < 10; seed++) {
      Run run = Run.of(model, sampling.withSeed(seed));
      List<String> once = ids(run.on(new int[] {7}));
      assertThat(ids(run.on(new int[] {7}))).isEqualTo(once);
      outputs.addAll(once);
    }

    assertThat(outputs).hasSizeGreaterThan(3);
  }

  @Test
  void run_beamSamplingOfCertainTokens_isBeamSearch() {
    FakeModel model =
        new FakeModel(
            20,
            true,
            history -> {
              float[] scores = new float[20];
              scores[history.length == 5 ? EOS : 3 + history.length] = 80;
              return scores;
            });
    Decoding decoding = Decoding.beamSearch(2);

    assertThat(ids(Run.of(model, decoding.with(DecodingOption.DO_SAMPLE, true)).on(new int[] {7})))
        .isEqualTo(ids(Run.of(model, decoding).on(new int[] {7})))
        .containsExactly("[5, 6, 7, 1]");
  }

  private static List<String> ids(SearchResult result) {
    return result.outputs().stream()
        .flatMap(List::stream)
        .map(row -> Arrays.toString(row.tokenIds()))
        .toList();
  }
}
