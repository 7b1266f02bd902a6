package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.FinishReason;
import dev.aligner.InferenceException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Greedy search and sampling over models that are a script or a function. */
class StepSearchTest {

  private static final int EOS = 1;
  private static final int OTHER_EOS = 2;
  private static final int PAD = Run.PAD;

  @Test
  void run_eosAtTheFirstStep_takesOneStep() {
    FakeModel model = script(new int[] {EOS, 7});

    SearchResult result = greedy(model).on(FakeModel.scriptPrompts(1));

    assertThat(result.steps().get(0)).isEqualTo(1);
    assertThat(model.rowsOfSteps).containsExactly(1);
    assertThat(only(result).tokenIds()).containsExactly(EOS);
    assertThat(only(result).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(only(result).score()).isNaN();
  }

  @Test
  void run_noEos_endsAtTheLimit() {
    SearchResult result =
        greedy(script(new int[] {5, 6, 7, 8})).maxNewTokens(3).on(FakeModel.scriptPrompts(1));

    assertThat(result.steps().get(0)).isEqualTo(3);
    assertThat(only(result).tokenIds()).containsExactly(5, 6, 7);
    assertThat(only(result).finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void run_eosAtTheLimit_hasStopped() {
    DecodedRow output =
        only(
            greedy(script(new int[] {5, OTHER_EOS}))
                .eos(EOS, OTHER_EOS)
                .maxNewTokens(2)
                .on(FakeModel.scriptPrompts(1)));

    assertThat(output.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(output.tokenIds()).containsExactly(5, OTHER_EOS);
  }

  @Test
  void run_noEosTokens_writesThemLikeOthers() {
    DecodedRow output =
        only(greedy(script(new int[] {EOS, EOS})).noEos().maxNewTokens(2).on(new int[] {0}));

    assertThat(output.tokenIds()).containsExactly(EOS, EOS);
    assertThat(output.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void run_stopString_endsAndIsKept() {
    List<int[]> asked = new ArrayList<>();

    DecodedRow output =
        only(
            greedy(script(new int[] {5, 6, 7, 8}))
                .stop(
                    written -> {
                      asked.add(written);
                      return written.length == 3;
                    })
                .on(FakeModel.scriptPrompts(1)));

    assertThat(output.tokenIds()).containsExactly(5, 6, 7);
    assertThat(output.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(asked).containsExactly(new int[] {5}, new int[] {5, 6}, new int[] {5, 6, 7});
  }

  @Test
  void run_endedRows_readPaddingUntilHalfOfThemEnded() {
    FakeModel model =
        script(
            new int[] {5, EOS, 9, 9, 9},
            new int[] {6, 7, 8, 9, EOS},
            new int[] {6, 7, EOS, 9, 9},
            new int[] {5, 7, 8, EOS, 9});

    SearchResult result = greedy(model).on(FakeModel.scriptPrompts(4));

    assertThat(result.outputs().stream().map(outputs -> outputs.get(0).tokenIds()))
        .containsExactly(
            new int[] {5, EOS},
            new int[] {6, 7, 8, 9, EOS},
            new int[] {6, 7, EOS},
            new int[] {5, 7, 8, EOS});
    assertThat(model.read)
        .containsExactly(List.of(5, 6, 6, 5), List.of(PAD, 7, 7, 7), List.of(8, 8), List.of(9));
    assertThat(model.reorders).containsExactly(new int[] {1, 3}, new int[] {0});
    assertThat(result.steps()).containsExactly(2, 5, 3, 4);
  }

  @Test
  void abandon_lettingGoOfRows_changesNoOther() {
    FakeModel model =
        script(new int[] {5, 6, 7, 8, EOS}, new int[] {6, 7, 8, 9, EOS}, new int[] {7, 8, 9, EOS});
    SearchRequest request = greedy(model).request(FakeModel.scriptPrompts(3));
    try (SequenceModel.Opened opened = model.open(FakeModel.scriptPrompts(3), Cancellation.NEVER)) {
      SteppedSearch search = Search.begin(opened, request);
      search.step();
      search.abandon(0);
      search.abandon(2);
      assertThat(search.isDone(0)).isTrue();
      assertThat(search.isDone(1)).isFalse();
      while (!search.isDone(1)) {
        search.step();
      }

      SearchResult result = search.result(1, 2);

      assertThat(only(result).tokenIds()).containsExactly(6, 7, 8, 9, EOS);
      assertThat(result.steps()).containsExactly(5);
    }
    assertThat(model.rowsOfSteps).containsExactly(3, 3, 1, 1, 1);
  }

  @Test
  void run_oneRow_isNeverReordered() {
    FakeModel model = FakeModel.random(20, false, 5);

    greedy(model).noEos().on(new int[] {4, 5});

    assertThat(model.reorders).isEmpty();
  }

  @Test
  void run_limitsOfTheirOwn_endEachPrompt() {
    SearchResult result =
        greedy(script(new int[] {5, 6, 7}, new int[] {5, 6, 7}))
            .maxNewTokens(1, 3)
            .on(FakeModel.scriptPrompts(2));

    assertThat(result.outputs().get(0).get(0).tokenIds()).containsExactly(5);
    assertThat(result.outputs().get(1).get(0).tokenIds()).containsExactly(5, 6, 7);
  }

  @Test
  void run_longOutput_growsBeyondItsFirstArray() {
    int[] tokens = IntStream.range(0, 200).map(i -> 4 + i % 5).toArray();

    assertThat(only(greedy(script(tokens)).maxNewTokens(200).on(new int[] {0})).tokenIds())
        .isEqualTo(tokens);
  }

  @Test
  void run_listener_hearsEachTokenOfEachPromptAsItIsWritten() {
    List<String> heard = new ArrayList<>();

    greedy(script(new int[] {5, EOS}, new int[] {6, 7, EOS}))
        .listener((prompt, token) -> heard.add(prompt + ":" + token))
        .on(FakeModel.scriptPrompts(2));

    assertThat(heard).containsExactly("0:5", "1:6", "0:1", "1:7", "1:1");
  }

  @Test
  void run_cancelled_endsBeforeTheNextStepAndLeavesNothingOpen() {
    FakeModel model = FakeModel.random(20, true, 5);

    assertThatThrownBy(
            () -> greedy(model).noEos().cancellation(CancelAfter.steps(2)).on(new int[] {4}))
        .hasMessage("cancelled");
    assertThat(model.rowsOfSteps).hasSize(2);
    assertThat(model.open).isZero();
  }

  @Test
  void run_severalSamples_areDrawnFromOneReadingOfThePrompt() {
    FakeModel model = FakeModel.random(20, false, 9);
    Decoding decoding =
        Decoding.sampling().with(DecodingOption.NUM_RETURN_SEQUENCES, 3).withSeed(4);

    SearchResult result = Run.of(model, decoding).noEos().maxNewTokens(4).on(new int[] {7, 8});

    assertThat(model.rowsOfSteps).containsExactly(1, 3, 3, 3);
    assertThat(model.reorders).containsExactly(new int[] {0, 0, 0});
    assertThat(result.outputs().get(0).stream().map(row -> Arrays.toString(row.tokenIds())))
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void run_severalSamplesOfWhichSomeEndAtOnce_giveRowsToTheOthersAlone() {
    float[] even = {0, 0, 0, 0};
    FakeModel model = new FakeModel(4, true, history -> even);
    Decoding decoding =
        Decoding.sampling().with(DecodingOption.NUM_RETURN_SEQUENCES, 40).withSeed(4);

    SearchResult result = Run.of(model, decoding).eos(0).maxNewTokens(2).on(new int[] {7});

    long endedAtOnce =
        result.outputs().get(0).stream().filter(row -> row.tokenIds().length == 1).count();
    assertThat(endedAtOnce).isBetween(1L, 39L);
    assertThat(model.rowsOfSteps).containsExactly(1, 40 - (int) endedAtOnce);
  }

  @Test
  void run_onePrompt_drawsFromTheGivenGeneratorItself() {
    int[] asked = {0};
    int[] draws = {0};
    Decoding decoding =
        Decoding.sampling()
            .with(
                DecodingOption.RANDOM,
                () -> {
                  asked[0]++;
                  SplittableRandom random = new SplittableRandom(1);
                  return () -> {
                    draws[0]++;
                    return random.nextLong();
                  };
                });

    Run.of(FakeModel.random(20, true, 5), decoding).noEos().maxNewTokens(6).on(new int[] {4});

    assertThat(asked[0]).isEqualTo(1);
    assertThat(draws[0]).isEqualTo(6);
  }

  @Test
  void run_evenScores_takesTheLowestId() {
    FakeModel model = new FakeModel(4, true, history -> new float[] {0, 1, 1, 1});

    assertThat(only(greedy(model).noEos().maxNewTokens(1).on(new int[] {9})).tokenIds())
        .containsExactly(1);
  }

  @Test
  void run_scoresThatAreNoNumbers_areRefused() {
    for (float broken : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      float[] scores = {broken, broken};
      FakeModel model = new FakeModel(2, true, history -> scores.clone());
      for (Decoding decoding : List.of(Decoding.greedy(), Decoding.sampling())) {
        assertThatThrownBy(() -> Run.of(model, decoding).on(new int[] {0}))
            .isInstanceOf(InferenceException.class)
            .hasMessageContaining("scores");
      }
    }
  }

  private static FakeModel script(int[]... outputs) {
    return FakeModel.script(20, outputs);
  }

  private static Run greedy(FakeModel model) {
    return Run.of(model, Decoding.greedy());
  }

  private static DecodedRow only(SearchResult result) {
    assertThat(result.outputs()).hasSize(1);
    assertThat(result.outputs().get(0)).hasSize(1);
    return result.outputs().get(0).get(0);
  }
}
