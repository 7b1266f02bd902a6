package dev.aligner.onnx.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Greedy search with drafts writes what it writes without, in fewer steps. */
class DraftingTest {

  private static final int EOS = 1;

  /** A step costs 10, and each token of it 1: what a small model on a CPU is like. */
  private static final StepCost COST = cost(10, 1);

  @Test
  void run_draftIsTheOutput_takesAFewSteps() {
    int[] output = sequence(256, 7);
    FakeModel model = FakeModel.script(500, output);

    SearchResult result = copying(model, 256).drafts(COST, output).on(new int[] {0});

    assertThat(only(result).tokenIds()).isEqualTo(output);
    assertThat(result.steps().get(0)).isLessThanOrEqualTo(8);
    assertThat(only(result).drafts().accepted()).isEqualTo(256 - result.steps().get(0));
  }

  @Test
  void run_draftHasNothingInCommon_costsAtMostAFewTokens() {
    int[] output = sequence(200, 7);
    int[] draft = IntStream.of(sequence(200, 8)).map(id -> id + 400).toArray();
    FakeModel model = FakeModel.script(1000, output);

    SearchResult result = copying(model, 200).drafts(COST, draft).on(new int[] {0});

    assertThat(only(result).tokenIds()).isEqualTo(output);
    assertThat(result.steps().get(0)).isEqualTo(200);
    assertThat(time(model)).isLessThan(1.03 * 200 * COST.of(1));
  }

  @Test
  void run_everyTwentiethTokenIsEdited_takesAFewStepsForEachEdit() {
    int[] draft = sequence(256, 7);
    int[] output = edited(draft, 0.05, 3);
    FakeModel model = FakeModel.script(500, output);

    SearchResult result = copying(model, output.length).drafts(COST, draft).on(new int[] {0});

    assertThat(only(result).tokenIds()).isEqualTo(output);
    assertThat(time(model)).isLessThan(output.length * COST.of(1) / 2.5);
  }

  @Test
  void run_draftThatRidesOnThePrompt_isAcceptedInTheFirstStep() {
    FakeModel model = FakeModel.random(20, false, 5);
    int[] prompt = {4, 5, 6};
    int[] output = only(Run.of(model, Decoding.greedy()).noEos().on(prompt)).tokenIds();

    SearchResult result =
        Run.of(model, Decoding.greedy()).noEos().drafts(cost(100, 0.1), output).on(prompt);

    assertThat(only(result).tokenIds()).isEqualTo(output);
    assertThat(result.steps().get(0)).isEqualTo(1);
  }

  @Test
  void run_draftRunsOverTheEnd_stopsThere() {
    FakeModel model = FakeModel.script(20, new int[] {5, 6, EOS, 7, 8, 9});

    SearchResult result =
        Run.of(model, Decoding.greedy())
            .drafts(cost(100, 0.1), new int[] {5, 6, EOS, 7, 8, 9})
            .on(new int[] {0});

    assertThat(only(result).tokenIds()).containsExactly(5, 6, EOS);
  }

  @Test
  void run_graphThatScoresTheLastPositionAlone_draftsNothing() {
    FakeModel model = FakeModel.script(20, new int[] {5, 6, 7});
    model.mostPositions = 1;

    SearchResult result =
        copying(model, 3).drafts(cost(100, 0.1), new int[] {5, 6, 7}).on(new int[] {0});

    assertThat(only(result).tokenIds()).containsExactly(5, 6, 7);
    assertThat(result.steps().get(0)).isEqualTo(3);
    assertThat(only(result).drafts()).isEqualTo(DraftUsage.NONE);
  }

  @Test
  void run_listener_hearsEachTokenOnceInOrder() {
    List<Integer> heard = new ArrayList<>();
    int[] output = sequence(50, 3);

    copying(FakeModel.script(500, output), 50)
        .listener((prompt, token) -> heard.add(token))
        .drafts(COST, edited(output, 0.1, 4))
        .on(new int[] {0});

    assertThat(heard).containsExactlyElementsOf(Arrays.stream(output).boxed().toList());
  }

  @Property(tries = 400)
  void run_anyBatchOfDrafts_writesWhatItWritesWithout(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int rows,
      @ForAll boolean encoderDecoder,
      @ForAll boolean processors) {
    SplittableRandom random = new SplittableRandom(seed);
    FakeModel model = FakeModel.random(12, encoderDecoder, seed);
    List<int[]> prompts = new ArrayList<>();
    Integer[] limits = new Integer[rows];
    int length = 1 + random.nextInt(4);
    for (int row = 0; row < rows; row++) {
      prompts.add(random.ints(length, 4, 12).toArray());
      limits[row] = 1 + random.nextInt(40);
    }
    Decoding decoding =
        processors
            ? Decoding.greedy().with(DecodingOption.REPETITION_PENALTY, 1.2)
            : Decoding.greedy();
    Run plain = Run.of(model, decoding).maxNewTokens(limits);
    List<int[]> outputs =
        plain.on(prompts).outputs().stream().map(o -> o.get(0).tokenIds()).toList();
    int[][] drafts =
        outputs.stream()
            .map(output -> random.nextInt(8) == 0 ? new int[0] : edited(output, 0.2, seed))
            .toArray(int[][]::new);

    SearchResult drafted =
        plain.drafts(cost(random.nextDouble(20), 0.01 + random.nextDouble()), drafts).on(prompts);

    assertThat(drafted.outputs().stream().map(o -> o.get(0).tokenIds()))
        .containsExactlyElementsOf(outputs);
    assertThat(model.open).isZero();
  }

  private static double time(FakeModel model) {
    return model.widthsOfSteps.stream().mapToDouble(COST::of).sum();
  }

  private static Run copying(FakeModel model, int length) {
    return Run.of(model, Decoding.greedy()).noEos().maxNewTokens(length);
  }

  private static int[] sequence(int length, long seed) {
    return new SplittableRandom(seed).ints(length, 4, 400).toArray();
  }

  /** Replaces, leaves out or adds tokens, at a share of the places. */
  static int[] edited(int[] tokens, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> edited = new ArrayList<>();
    for (int token : tokens) {
      boolean edits = random.nextDouble() < share;
      int kind = edits ? random.nextInt(3) : -1;
      if (kind == 0 || kind == 1) {
        edited.add(4 + random.nextInt(7));
      }
      if (kind != 0 && kind != 2) {
        edited.add(token);
      }
    }
    return edited.stream().mapToInt(Integer::intValue).toArray();
  }

  private static StepCost cost(double step, double token) {
    return new StepCost() {
      @Override
      public double of(int tokens) {
        return step + token * tokens;
      }

      @Override
      public void observe(int tokens, long nanos) {}
    };
  }

  private static DecodedRow only(SearchResult result) {
    assertThat(result.outputs()).hasSize(1);
    assertThat(result.outputs().get(0)).hasSize(1);
    return result.outputs().get(0).get(0);
  }
}
