package dev.aligner.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.Limits;
import dev.aligner.onnx.internal.model.AlignerJson;
import dev.aligner.onnx.internal.model.GraphFiles;
import dev.aligner.onnx.internal.model.ModelConfig;
import dev.aligner.onnx.internal.model.ModelDecoding;
import dev.aligner.onnx.internal.model.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenBudgetTest {

  private static final OptionalInt NONE = OptionalInt.empty();

  @Test
  void of_nothingTold_isThePaper() {
    TokenBudget budget = budget(encoderDecoder(NONE, NONE, NONE, NONE, NONE), defaults());

    assertThat(budget.maxPromptTokens()).isEqualTo(Integer.MAX_VALUE);
    assertThat(budget.maxNewTokens(1)).isEqualTo(2048);
    assertThat(budget.maxNewTokens(1_000_000)).isEqualTo(2048);
  }

  @Test
  void of_encoderDecoder_hasPositionsForEach() {
    TokenBudget budget = budget(encoderDecoder(of(512), NONE, NONE, NONE, NONE), defaults());

    assertThat(budget.maxPromptTokens()).isEqualTo(512);
    assertThat(budget.maxNewTokens(512)).isEqualTo(512);
  }

  @Test
  void of_decoder_sharesPositions() {
    TokenBudget budget = budget(decoder(of(1024), NONE, NONE), defaults());

    assertThat(budget.maxPromptTokens()).isEqualTo(1023);
    assertThat(budget.maxNewTokens(24)).isEqualTo(1000);
    assertThat(budget.maxNewTokens(1023)).isEqualTo(1);
  }

  @Test
  void of_decoderWithoutBound_isThePaper() {
    TokenBudget budget = budget(decoder(NONE, NONE, NONE), defaults());

    assertThat(budget.maxPromptTokens()).isEqualTo(Integer.MAX_VALUE - 1);
    assertThat(budget.maxNewTokens(5000)).isEqualTo(2048);
  }

  @Test
  void of_generationConfig_isBelowAlignerJsonIsBelowTheUser() {
    ModelDirectory told = encoderDecoder(of(512), of(100), NONE, of(300), of(200));
    ModelDirectory less = encoderDecoder(of(512), of(100), NONE, NONE, NONE);

    assertThat(budget(less, defaults()).maxNewTokens(1)).isEqualTo(100);
    assertThat(budget(told, defaults()).maxNewTokens(1)).isEqualTo(200);
    assertThat(budget(told, defaults()).maxPromptTokens()).isEqualTo(300);
    TokenBudget users = budget(told, defaults().withMaxNewTokens(30).withMaxPromptTokens(40));
    assertThat(users.maxNewTokens(1)).isEqualTo(30);
    assertThat(users.maxPromptTokens()).isEqualTo(40);
  }

  @Test
  void of_anyLimit_isNeverMoreThanThePositions() {
    Limits huge = defaults().withMaxNewTokens(9999).withMaxPromptTokens(9999);

    TokenBudget both = budget(encoderDecoder(of(512), NONE, NONE, NONE, NONE), huge);
    assertThat(both.maxNewTokens(1)).isEqualTo(512);
    assertThat(both.maxPromptTokens()).isEqualTo(512);
    TokenBudget alone = budget(decoder(of(512), NONE, NONE), huge);
    assertThat(alone.maxNewTokens(12)).isEqualTo(500);
    assertThat(alone.maxPromptTokens()).isEqualTo(511);
  }

  @Test
  void of_maxLength_countsTheStartTokenOfAnEncoderDecoder() {
    assertThat(budget(encoderDecoder(NONE, NONE, of(21), NONE, NONE), defaults()).maxNewTokens(1))
        .isEqualTo(20);
    assertThat(budget(encoderDecoder(NONE, of(7), of(21), NONE, NONE), defaults()).maxNewTokens(1))
        .as("max_new_tokens wins, as in transformers")
        .isEqualTo(7);
    assertThat(budget(encoderDecoder(NONE, NONE, of(1), NONE, NONE), defaults()).maxNewTokens(1))
        .as("no room for a token says nothing")
        .isEqualTo(2048);
  }

  @Test
  void of_maxLengthOfADecoder_saysNothing() {
    assertThat(budget(decoder(NONE, NONE, of(20)), defaults()).maxNewTokens(5)).isEqualTo(2048);
  }

  @Test
  void withMaxNewTokens_replacesTheLimitWithinThePositions() {
    TokenBudget budget = budget(decoder(of(100), of(10), NONE), defaults().withMaxPromptTokens(60));

    assertThat(budget.withMaxNewTokens(30).maxNewTokens(50)).isEqualTo(30);
    assertThat(budget.withMaxNewTokens(80).maxNewTokens(50)).isEqualTo(50);
    assertThat(budget.withMaxNewTokens(30).maxPromptTokens()).isEqualTo(60);
    assertThat(budget.maxNewTokens(50)).as("the first is as it was").isEqualTo(10);
  }

  private static TokenBudget budget(ModelDirectory directory, Limits limits) {
    return TokenBudget.of(directory, directory.graphs().encoder() != null, limits);
  }

  private static Limits defaults() {
    return Limits.ofModel();
  }

  private static OptionalInt of(int value) {
    return OptionalInt.of(value);
  }

  private static ModelDirectory encoderDecoder(
      OptionalInt positions,
      OptionalInt maxNewTokens,
      OptionalInt maxLength,
      OptionalInt alignerPrompt,
      OptionalInt alignerNew) {
    Path path = Path.of("model");
    return new ModelDirectory(
        path,
        new ModelConfig(
            Set.of(1),
            0,
            of(0),
            384,
            positions,
            maxNewTokens,
            maxLength,
            4,
            8,
            new ModelDecoding(path, Decoding.ofModel(), List.of())),
        new AlignerJson(Optional.empty(), Optional.empty(), alignerPrompt, alignerNew),
        path,
        new GraphFiles(path, path, path),
        Optional.empty());
  }

  private static ModelDirectory decoder(
      OptionalInt positions, OptionalInt maxNewTokens, OptionalInt maxLength) {
    ModelDirectory both = encoderDecoder(positions, maxNewTokens, maxLength, NONE, NONE);
    return new ModelDirectory(
        both.path(),
        both.config(),
        both.aligner(),
        both.path(),
        new GraphFiles(null, both.path(), both.path()),
        Optional.empty());
  }
}
