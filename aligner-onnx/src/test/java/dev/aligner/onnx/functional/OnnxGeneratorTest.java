package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.DeadlineExceededException;
import dev.aligner.LimitExceededException;
import dev.aligner.ModelLoadException;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.DecodingOption;
import dev.aligner.onnx.Generation;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import dev.aligner.onnx.testing.Golden;
import dev.aligner.onnx.testing.ModelCopy;
import dev.aligner.onnx.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The raw model through its public door. */
class OnnxGeneratorTest {

  @TempDir Path folder;

  @Test
  void generateAll_severalPrompts_areWhatEachIsAlone() {
    List<Golden> goldens = Golden.of("tiny-t5").subList(0, 4);
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
      List<Generation> generations =
          generator.generateAll(goldens.stream().map(OnnxGeneratorTest::request).toList());

      assertThat(generations)
          .extracting(Generation::tokenIds)
          .containsExactlyElementsOf(goldens.stream().map(Golden::tokenIds).toList());
      assertThat(generator.generateAll(List.of())).isEmpty();
    }
  }

  @Test
  void generate_greedy_hasOneSequenceWithoutScore() {
    Golden golden = Golden.of("tiny-t5").get(0);
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
      Generation generation = generator.generate(request(golden).withDecoding(Decoding.greedy()));

      assertThat(generation.sequences()).hasSize(1);
      assertThat(generation.score()).isEmpty();
      assertThat(generation.tokenIds()).isEqualTo(golden.tokenIds());
    }
  }

  @Test
  void generate_stopStringThatIsASpecialToken_endsTheOutput() {
    Golden golden = Golden.of("tiny-t5").get(0);
    Decoding decoding =
        Decoding.greedy()
            .with(DecodingOption.EOS_TOKEN_ID, Set.of(2))
            .with(DecodingOption.STOP_STRINGS, List.of("</s>"));
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
      Generation generation = generator.generate(request(golden).withDecoding(decoding));

      assertThat(golden.tokenIds()).endsWith(1);
      assertThat(generation.tokenIds()).isEqualTo(golden.tokenIds());
    }
  }

  @Test
  void generate_settingThisReleaseCannotDo_isRefusedUnlessTheRequestChooses() {
    Golden golden = Golden.of("tiny-t5").get(0);
    ModelCopy copy = ModelCopy.of("tiny-t5", folder);
    copy.set("generation_config.json", "guidance_scale", "2");
    try (OnnxGenerator generator = OnnxGenerator.open(copy.directory())) {
      assertThatThrownBy(() -> generator.generate(request(golden)))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("guidance_scale=2");
      assertThat(generator.generate(request(golden).withDecoding(Decoding.greedy())).tokenIds())
          .isEqualTo(golden.tokenIds());
    }
  }

  @Test
  void generate_moreOutputsThanBeams_isRefused() {
    Decoding two = Decoding.greedy().with(DecodingOption.NUM_RETURN_SEQUENCES, 2);
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> generator.generate(GenerationRequest.ofInputIds(5).withDecoding(two)))
          .withMessageContaining("num_return_sequences");
    }
  }

  @Test
  void generate_timeIsOver_endsAndTheNextOneRuns() {
    Golden golden = Golden.of("tiny-t5").get(0);
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-t5"))) {
      assertThatThrownBy(() -> generator.generate(request(golden).withTimeout(Duration.ofNanos(1))))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("timeout");
      assertThat(generator.generate(request(golden).withTimeout(Duration.ofHours(1))).tokenIds())
          .isEqualTo(golden.tokenIds());
    }
  }

  @Test
  void generate_promptTooLong_saysHowLongItMayBe() {
    try (OnnxGenerator generator = OnnxGenerator.open(TestModels.directory("tiny-llama"))) {
      assertThatThrownBy(() -> generator.generate(GenerationRequest.ofInputIds(new int[100_000])))
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContaining("found 100000");
    }
  }

  private static GenerationRequest request(Golden golden) {
    return GenerationRequest.ofInputIds(golden.inputIds()).withMaxNewTokens(golden.maxNewTokens());
  }
}
