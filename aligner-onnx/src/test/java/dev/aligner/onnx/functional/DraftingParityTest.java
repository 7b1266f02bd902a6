package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.InferenceException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.Drafting;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.TestModels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Token ids with drafts are those without, alone and in a batch, on every layout. The system
 * property {@code aligner.drafting.prompts} sets how many random prompts each model gets; drafts
 * are the model's own output with edits, since random weights copy nothing.
 */
class DraftingParityTest {

  private static final int PROMPTS = Integer.getInteger("aligner.drafting.prompts", 18);
  private static final int BATCH = 6;
  private static final int NEW_TOKENS = 48;
  private static final double[] EDITS = {0, 0.05, 0.1, 0.3, 1};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-t5",
        "tiny-t5-merged",
        "tiny-t5-q8",
        "tiny-bart",
        "tiny-bart-monolith",
        "tiny-marian",
        "tiny-llama",
        "tiny-qwen2",
        "tiny-qwen2-genai",
        "tiny-qwen2-genai-int4",
        "tiny-gemma3",
        "tiny-gpt2-merged",
        "tiny-gpt2-nocache",
        "tiny-opt",
        "tiny-bloom",
        "tiny-phi3",
      })
  void generate_withDraftOrInBatch_writesTheSameTokens(String model) {
    SplittableRandom random = new SplittableRandom(model.hashCode());
    int accepted = 0;
    try (OnnxGenerator generator = open(model)) {
      for (int from = 0; from < PROMPTS; from += BATCH) {
        List<GenerationRequest> requests = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          GenerationRequest request = request(random, i);
          int[] ids = generator.generate(request).tokenIds();
          GenerationRequest drafted =
              request.withDraft(edited(ids, EDITS[(from + i) % EDITS.length], random));
          Generation generation = generator.generate(drafted);
          assertThat(generation.tokenIds()).as("alone, %s", request).isEqualTo(ids);
          assertThat(generation.modelSteps()).isLessThanOrEqualTo(ids.length);
          accepted += generation.acceptedDraftTokens();
          requests.add(drafted);
          expected.add(ids);
        }
        List<Generation> together = generator.generateAll(requests);
        for (int i = 0; i < BATCH; i++) {
          assertThat(together.get(i).tokenIds())
              .as("batch, %s", requests.get(i))
              .isEqualTo(expected.get(i));
        }
      }
    }
    assertThat(accepted).as("accepted tokens").isPositive();
  }

  @Test
  void generate_onGraphThatIsNotWidthInvariant_draftsByExplicitChoiceAlone() {
    SplittableRandom random = new SplittableRandom(1);
    try (OnnxGenerator generator = open("tiny-llama-int8")) {
      GenerationRequest request = request(random, 0);
      int[] ids = generator.generate(request).tokenIds();

      Generation auto = generator.generate(request.withDraft(ids));
      Generation on = generator.generate(request.withDraft(ids).withDrafting(Drafting.ON));

      assertThat(auto.draftedTokens()).isZero();
      assertThat(auto.tokenIds()).isEqualTo(ids);
      assertThat(on.draftedTokens()).isPositive();
    }
  }

  @Test
  void generate_draftingOff_draftsNothing() {
    try (OnnxGenerator generator = open("tiny-t5")) {
      GenerationRequest request = request(new SplittableRandom(1), 0).withDraft(5, 6, 7);

      assertThat(generator.generate(request.withDrafting(Drafting.OFF)).draftedTokens()).isZero();
    }
  }

  @Test
  void generate_draftOfIdsThatTheModelLacks_isRefused() {
    try (OnnxGenerator generator = open("tiny-t5")) {
      GenerationRequest request = request(new SplittableRandom(1), 0);

      for (int id : new int[] {-1, 1 << 20}) {
        assertThatThrownBy(() -> generator.generate(request.withDraft(id)))
            .isInstanceOf(InferenceException.class)
            .hasMessageContaining("the draft has a token id");
      }
    }
  }

  OnnxGenerator open(String model) {
    return OnnxGenerator.open(TestModels.directory(model));
  }

  /** Every third prompt is decoded with processors, which need the scores of all ids. */
  private static GenerationRequest request(SplittableRandom random, int number) {
    Decoding decoding = Decoding.greedy();
    if (number % 3 == 2) {
      decoding =
          decoding
              .with(DecodingOption.REPETITION_PENALTY, 1.3)
              .with(DecodingOption.NO_REPEAT_NGRAM_SIZE, 3);
    }
    return GenerationRequest.ofInputIds(random.ints(1 + random.nextInt(20), 5, 150).toArray())
        .withMaxNewTokens(NEW_TOKENS)
        .withDecoding(decoding);
  }

  /** Replaces, leaves out or adds tokens, at a share of the places. */
  private static int[] edited(int[] tokens, double share, SplittableRandom random) {
    List<Integer> edited = new ArrayList<>();
    for (int token : tokens) {
      int kind = random.nextDouble() < share ? random.nextInt(3) : 3;
      if (kind < 2) {
        edited.add(5 + random.nextInt(140));
      }
      if (kind != 0 && kind != 2) {
        edited.add(token);
      }
    }
    return edited.stream().mapToInt(Integer::intValue).toArray();
  }
}
