package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.TestModels;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Token ids are those of transformers, for each layout and weight format. */
class GoldenTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-t5",
        "tiny-t5-merged",
        "tiny-t5-q8",
        "tiny-llama",
        "tiny-llama-int8",
      })
  void generate_isWhatTransformersGenerates(String model) {
    int stopped = 0;
    List<Golden> goldens = Golden.of(model);
    try (OnnxGenerator generator = open(model)) {
      for (Golden golden : goldens) {
        Generation generation =
            generator.generate(
                GenerationRequest.ofInputIds(golden.inputIds())
                    .withMaxNewTokens(golden.maxNewTokens()));
        assertThat(generation.tokenIds()).as(golden.toString()).isEqualTo(golden.tokenIds());
        assertThat(generation.text()).as(golden.toString()).isEqualTo(golden.text());
        assertThat(generation.finishReason().name().toLowerCase(Locale.ROOT))
            .as(golden.toString())
            .isEqualTo(golden.finishReason());
        assertThat(generation.promptTokens()).isEqualTo(golden.inputIds().length);
        assertThat(generation.modelSteps()).isEqualTo(golden.tokenIds().length);
        stopped += golden.finishReason().equals("stop") ? 1 : 0;
      }
    }
    assertThat(stopped).as("goldens that end by themselves").isBetween(1, goldens.size() - 1);
  }

  @Test
  void generate_fromText_isWhatTransformersGenerates() {
    for (String model : List.of("tiny-t5", "tiny-llama")) {
      try (OnnxGenerator generator = open(model)) {
        for (Golden golden : Golden.of(model)) {
          if (golden.injection()) {
            continue; // a prompt that spells control tokens means them here; see HfTokenizerTest
          }
          Generation generation =
              generator.generate(
                  GenerationRequest.ofPrompt(golden.prompt())
                      .withMaxNewTokens(golden.maxNewTokens()));
          assertThat(generation.tokenIds()).as(golden.toString()).isEqualTo(golden.tokenIds());
        }
      }
    }
  }

  OnnxGenerator open(String model) {
    return OnnxGenerator.open(TestModels.directory(model));
  }
}
