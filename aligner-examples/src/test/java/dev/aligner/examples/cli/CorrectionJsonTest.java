package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.Correction;
import dev.aligner.CorrectionCandidate;
import dev.aligner.CorrectionRequest;
import dev.aligner.CorrectionUsage;
import dev.aligner.FinishReason;
import dev.aligner.InferenceException;
import dev.aligner.SkipReason;
import dev.aligner.internal.jsonl.JsonLine;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CorrectionJsonTest {

  private static final CorrectionRequest REQUEST = CorrectionRequest.of("q", "one two three four");

  @Test
  void of_correctedWithUsage_holdsEveryField() {
    CorrectionUsage usage =
        CorrectionUsage.builder(Duration.ofNanos(12_345_678))
            .promptTokens(7)
            .outputTokenIds(new int[] {5, 1})
            .modelSteps(2)
            .draftedTokens(9, 8)
            .finishReason(FinishReason.LENGTH)
            .build();

    ObjectNode json = CorrectionJson.of(Correction.of(REQUEST, "one two three").withUsage(usage));

    assertThat(CorrectionJson.text(json))
        .isEqualTo(
            "{\"correction\":\"one two three\",\"changed\":true,\"edit_ratio\":0.25,"
                + "\"prompt_tokens\":7,\"output_tokens\":2,\"model_steps\":2,\"drafted_tokens\":9,\"accepted_draft_tokens\":8,"
                + "\"finish_reason\":\"length\",\"millis\":12.346,\"token_ids\":[5,1],"
                + "\"outcome\":\"corrected\"}");
  }

  @Test
  void of_keptWithoutUsage_holdsNulls() {
    assertThat(CorrectionJson.text(CorrectionJson.of(Correction.of(REQUEST, REQUEST.answer()))))
        .isEqualTo(
            "{\"correction\":\"one two three four\",\"changed\":false,\"edit_ratio\":0.0,"
                + "\"prompt_tokens\":null,\"output_tokens\":null,\"model_steps\":null,\"drafted_tokens\":null,\"accepted_draft_tokens\":null,"
                + "\"finish_reason\":null,\"millis\":null,\"token_ids\":[],\"outcome\":\"kept\"}");
  }

  @Test
  void of_alternatives_areAList() {
    Correction correction =
        Correction.of(REQUEST, "one")
            .withAlternatives(
                List.of(
                    new CorrectionCandidate("one", OptionalDouble.of(-0.5)),
                    new CorrectionCandidate("two", OptionalDouble.empty())));

    assertThat(CorrectionJson.text(CorrectionJson.of(correction)))
        .contains(
            "\"alternatives\":[{\"text\":\"one\",\"score\":-0.5},"
                + "{\"text\":\"two\",\"score\":null}],\"outcome\"");
    assertThat(CorrectionJson.FIELDS).containsAll(() -> CorrectionJson.of(correction).fieldNames());
  }

  @Test
  void of_skipped_holdsReason() {
    ObjectNode json = CorrectionJson.of(Correction.skipped(REQUEST, SkipReason.PROMPT_TOO_LONG));

    assertThat(json.get("outcome").textValue()).isEqualTo("skipped");
    assertThat(json.get("reason").textValue()).isEqualTo("prompt_too_long");
    assertThat(json.get("correction").textValue()).isEqualTo(REQUEST.answer());
    assertThat(json.has("error")).isFalse();
  }

  @Test
  void of_failed_holdsError() {
    ObjectNode json =
        CorrectionJson.of(Correction.failed(REQUEST, new InferenceException("it broke", null)));

    assertThat(json.get("outcome").textValue()).isEqualTo("failed");
    assertThat(json.get("error").textValue()).isEqualTo("it broke");
    assertThat(json.get("changed").booleanValue()).isFalse();
  }

  @Test
  void of_failedWithoutMessage_holdsItsClass() {
    ObjectNode json = CorrectionJson.of(Correction.failed(REQUEST, new IllegalStateException()));

    assertThat(json.get("error").textValue()).isEqualTo("IllegalStateException");
  }

  @Test
  void of_everyOutcome_usesNamesOfOursOnly() {
    Correction failed = Correction.failed(REQUEST, new IllegalStateException("x"));
    Correction skipped = Correction.skipped(REQUEST, SkipReason.NOTHING_TO_CORRECT);

    assertThat(CorrectionJson.FIELDS).containsAll(() -> CorrectionJson.of(failed).fieldNames());
    assertThat(CorrectionJson.FIELDS).containsAll(() -> CorrectionJson.of(skipped).fieldNames());
  }

  @Test
  void text_loneSurrogate_isEscaped() {
    CorrectionRequest request = CorrectionRequest.of("", "a\uD800b \uD83D\uDE00 \uDC00");

    String json = CorrectionJson.text(CorrectionJson.of(Correction.of(request, request.answer())));

    assertThat(json).contains("\"a\\ud800b \uD83D\uDE00 \\udc00\"");
  }

  @Test
  void line_inputHasFieldsOfOurs_oursWin() throws Exception {
    JsonLine input =
        JsonLine.parse(
            "{\"id\":1.50,\"correction\":\"old\",\"question\":\"q\",\"line\":9,"
                + "\"answer\":\"one two three four\",\"error\":\"old\"}");

    assertThat(CorrectionJson.line(input, 3, Correction.of(REQUEST, "new")))
        .startsWith(
            "{\"id\":1.50,\"question\":\"q\",\"answer\":\"one two three four\",\"line\":3,"
                + "\"correction\":\"new\",\"changed\":true,")
        .endsWith("\"outcome\":\"corrected\"}");
  }
}
