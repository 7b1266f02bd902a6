package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.onnx.Batching;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.internal.Engine;
import dev.aligner.onnx.internal.GenerationSettings;
import dev.aligner.onnx.internal.TokenBudget;
import dev.aligner.onnx.internal.Written;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.decode.DecodedRow;
import dev.aligner.onnx.internal.decode.ScoreForm;
import dev.aligner.onnx.internal.decode.Scores;
import dev.aligner.onnx.internal.decode.SearchRequest.TokenListener;
import dev.aligner.onnx.internal.decode.SequenceModel;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cached path against a naive one, one prompt against many, and the state's own contract. */
class KvCacheTest {

  private static final int NEW_TOKENS = 24;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-t5-merged", "tiny-t5-q8", "tiny-llama"})
  void generate_withCache_equalsNaiveDecoding(String model) {
    Path directory = TestModels.directory(model);
    List<int[]> prompts = prompts(12);
    List<DecodedRow> cached = generateOneByOne(directory, prompts);
    try (NaiveDecoder naive = new NaiveDecoder(directory)) {
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(cached.get(i).tokenIds())
            .as(Arrays.toString(prompts.get(i)))
            .isEqualTo(naive.generate(prompts.get(i), NEW_TOKENS));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-t5-merged", "tiny-t5-q8", "tiny-llama"})
  void generate_asBatch_equalsOneByOne(String model) {
    Path directory = TestModels.directory(model);
    List<int[]> prompts = prompts(37); // more than one batch, lengths mixed
    ModelDirectory files = ModelDirectory.read(directory);
    List<DecodedRow> single = generateOneByOne(directory, prompts);
    try (Engine engine = Engine.open(files, Device.cpu(1), Batching.auto())) {
      List<DecodedRow> batch = generate(engine, prompts, files);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(batch.get(i).tokenIds()).isEqualTo(single.get(i).tokenIds());
        assertThat(batch.get(i).finishReason()).isEqualTo(single.get(i).finishReason());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-t5", "tiny-llama"})
  void forward_manyPositionsAtOnce_scoresAsStepByStep(String model) {
    ModelDirectory files = ModelDirectory.read(TestModels.directory(model));
    int[] tokens = new Random(3).ints(20, 3, 300).toArray();
    try (OrtSequenceModel loaded = OrtModelLoader.load(files, Device.cpu());
        SequenceModel.Opened whole = loaded.open(List.of(new int[] {5, 1}), Cancellation.NEVER);
        SequenceModel.Opened steps = loaded.open(List.of(new int[] {5, 1}), Cancellation.NEVER)) {
      float[] atOnce =
          logits(loaded, whole.state().forward(new int[][] {tokens}, 1, ScoreForm.LOGITS));
      float[] last = new float[0];
      for (int token : tokens) {
        last = logits(loaded, steps.state().forward(new int[][] {{token}}, 1, ScoreForm.LOGITS));
      }
      assertThat(last).usingComparatorWithPrecision(1e-4f).containsExactly(atOnce);
    }
  }

  @Test
  void open_promptsTheModelCannotTake_isRefused() {
    ModelDirectory files = ModelDirectory.read(TestModels.directory("tiny-llama"));
    try (OrtSequenceModel model = OrtModelLoader.load(files, Device.cpu())) {
      for (List<int[]> prompts :
          List.of(List.<int[]>of(), List.of(new int[0]), Collections.nCopies(17, new int[] {1}))) {
        assertThatThrownBy(() -> model.open(prompts, Cancellation.NEVER))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThat(NativeHandle.live()).isZero();
  }

  @Test
  void forward_wrongTokens_isRefused() {
    ModelDirectory files = ModelDirectory.read(TestModels.directory("tiny-t5"));
    try (OrtSequenceModel model = OrtModelLoader.load(files, Device.cpu());
        SequenceModel.Opened opened =
            model.open(List.of(new int[] {5, 1}, new int[] {6, 7, 1}), Cancellation.NEVER)) {
      for (int[][] tokens : new int[][][] {{}, {{1}}, {{1}, {}}, {{1}, {1, 2}}, {{}, {}}}) {
        assertThatThrownBy(() -> opened.state().forward(tokens, 1, ScoreForm.ARG_MAX))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("expected token ids [2, width]");
      }
    }
  }

  @Test
  void forward_afterClose_isRefused() {
    ModelDirectory files = ModelDirectory.read(TestModels.directory("tiny-t5"));
    try (OrtSequenceModel model = OrtModelLoader.load(files, Device.cpu())) {
      SequenceModel.Opened opened = model.open(List.of(new int[] {5, 1}), Cancellation.NEVER);
      opened.state().forward(opened.firstTokens(), 1, ScoreForm.ARG_MAX);
      opened.close();
      opened.close();

      assertThatThrownBy(() -> opened.state().forward(opened.firstTokens(), 1, ScoreForm.ARG_MAX))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static float[] logits(OrtSequenceModel model, Scores scores) {
    float[] logits = new float[model.vocabSize()];
    scores.copyTo(0, 0, logits);
    return logits;
  }

  private static List<DecodedRow> generateOneByOne(Path directory, List<int[]> prompts) {
    ModelDirectory files = ModelDirectory.read(directory);
    List<DecodedRow> rows = new ArrayList<>();
    try (Engine engine = Engine.open(files, Device.cpu(1), Batching.auto())) {
      for (int[] prompt : prompts) {
        rows.addAll(generate(engine, List.of(prompt), files));
      }
    }
    return rows;
  }

  private static List<DecodedRow> generate(
      Engine engine, List<int[]> prompts, ModelDirectory files) {
    TokenBudget budget =
        TokenBudget.of(
            files, engine.isEncoderDecoder(), Limits.ofModel().withMaxNewTokens(NEW_TOKENS));
    GenerationSettings settings = new GenerationSettings(Decoding.greedy(), budget, Drafting.AUTO);
    return engine
        .generate(prompts, List.of(), settings, TokenListener.NONE, Cancellation.NEVER)
        .stream()
        .map(Written::best)
        .toList();
  }

  private static List<int[]> prompts(int count) {
    Random random = new Random(5);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(random.ints(1 + random.nextInt(40), 3, 340).toArray());
    }
    return prompts;
  }
}
