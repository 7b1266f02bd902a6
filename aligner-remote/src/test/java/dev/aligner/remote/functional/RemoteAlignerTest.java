package dev.aligner.remote.functional;

import static dev.aligner.remote.testing.Remote.ANSWER;
import static dev.aligner.remote.testing.Remote.KEY;
import static dev.aligner.remote.testing.Remote.QUERY;
import static dev.aligner.remote.testing.Remote.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionRequest;
import dev.aligner.FinishReason;
import dev.aligner.SkipReason;
import dev.aligner.remote.RemoteAligner;
import dev.aligner.remote.RemoteStatusException;
import dev.aligner.remote.SpecialTokens;
import dev.aligner.remote.testing.CompletionsServer;
import dev.aligner.remote.testing.Remote;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RemoteAlignerTest {

  @Test
  void correct_answer_isWhatTheServerWrites() {
    try (CompletionsServer server = CompletionsServer.writing(" a better answer");
        Aligner aligner = Remote.aligner(server.uri())) {
      Correction correction = aligner.correct(REQUEST);

      assertThat(correction.text()).isEqualTo("a better answer");
      assertThat(correction.outcome()).isInstanceOf(CorrectionOutcome.Corrected.class);
      assertThat(correction.usage())
          .hasValueSatisfying(
              usage -> {
                assertThat(usage.promptTokens()).hasValue(5);
                assertThat(usage.outputTokens()).hasValue(4);
                assertThat(usage.finishReason()).contains(FinishReason.STOP);
                assertThat(usage.modelSteps()).isEmpty();
                assertThat(usage.duration()).isPositive();
              });
    }
  }

  @Test
  void correct_request_isTheRawPromptWithAllSettings() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner =
            Remote.builder(server.uri())
                .stop(List.of("\n\n", "USER:"))
                .maxTokens(99)
                .temperature(0.5)
                .seed(7)
                .build()) {
      aligner.correct(REQUEST);

      CompletionsServer.Received received = server.received().get(0);
      assertThat(received.path()).isEqualTo("/v1/completions");
      assertThat(received.headers())
          .containsEntry("authorization", "Bearer " + KEY)
          .containsEntry("content-type", "application/json")
          .doesNotContainKey("upgrade");
      assertThat(received.body())
          .hasToString(
              "{\"model\":\"aligner-test\",\"prompt\":\"Q: secretquery A: secretanswer C:\","
                  + "\"max_tokens\":99,\"temperature\":0.5,\"seed\":7,"
                  + "\"stop\":[\"\\n\\n\",\"USER:\"],\"stream\":false}");
    }
  }

  @Test
  void correct_defaults_areGreedyWithoutKeySeedAndStop() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner =
            RemoteAligner.builder(server.uri(), CompletionsServer.MODEL)
                .specialTokens(SpecialTokens.none())
                .build()) {
      aligner.correct("q", "a");

      CompletionsServer.Received received = server.received().get(0);
      assertThat(received.headers()).doesNotContainKey("authorization");
      JsonNode body = received.body();
      assertThat(body.path("prompt").asText())
          .isEqualTo(
              "BEGINNING OF CONVERSATION: USER: ##Question: q\n##Answer: a\n##Correction: "
                  + " ASSISTANT:");
      assertThat(body.path("max_tokens").asInt()).isEqualTo(2048);
      assertThat(body.path("temperature").asDouble()).isZero();
      assertThat(body.has("seed")).isFalse();
      assertThat(body.has("stop")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/v1", "/v1/"})
  void correct_baseUri_mayEndInTheVersion(String path) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(URI.create(server.uri() + path))) {
      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
      assertThat(server.received().get(0).path()).isEqualTo("/v1/completions");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "' answer\n', answer, true, ' answer\n'",
    "answer, '  answer \n', true, answer",
    "' answer', better, false, ' better'",
    "answer, '', false, ''",
    "' answer ', ' \n ', false, ''"
  })
  void correct_whitespaceAround_staysThatOfTheOriginal(
      String answer, String output, boolean kept, String text) {
    try (CompletionsServer server = CompletionsServer.writing(output);
        Aligner aligner = Remote.aligner(server.uri())) {
      StringBuilder delivered = new StringBuilder();
      CorrectionRequest request = CorrectionRequest.of("q", answer);
      for (Correction correction :
          List.of(aligner.correct(request), aligner.correct(request, delivered::append))) {
        assertThat(correction.text()).isEqualTo(text);
        assertThat(correction.outcome())
            .isInstanceOf(kept ? CorrectionOutcome.Kept.class : CorrectionOutcome.Corrected.class);
      }
      assertThat(delivered).hasToString(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t"})
  void correct_blankAnswer_isSkippedWithoutAsking(String blank) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      StringBuilder delivered = new StringBuilder();
      CorrectionRequest request = CorrectionRequest.of("q", blank);
      for (Correction correction :
          List.of(aligner.correct(request), aligner.correct(request, delivered::append))) {
        assertThat(correction.text()).isEqualTo(blank);
        assertThat(correction.outcome())
            .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.NOTHING_TO_CORRECT));
      }
      assertThat(delivered).hasToString(blank);
      assertThat(server.received()).isEmpty();
    }
  }

  @Test
  void correct_outputReachesTheLimit_isSkippedWithItsUsage() {
    try (CompletionsServer server = CompletionsServer.writing("one two three four");
        Aligner aligner = Remote.builder(server.uri()).maxTokens(2).build()) {
      Correction correction = aligner.correct(REQUEST);

      assertThat(correction.text()).isEqualTo(ANSWER);
      assertThat(correction.outcome())
          .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.OUTPUT_TOO_LONG));
      assertThat(correction.usage().orElseThrow().finishReason()).contains(FinishReason.LENGTH);
      assertThat(correction.usage().orElseThrow().outputTokens()).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\","
            + "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":99,\"n_ctx\":64}}",
        "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens."
            + " However, you requested 5000 tokens\",\"type\":\"BadRequestError\",\"code\":400}",
        "{\"error\":{\"message\":\"no\",\"code\":\"context_length_exceeded\"}}"
      })
  void correct_promptTooLongForTheServer_isSkipped(String error) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      StringBuilder delivered = new StringBuilder();
      server.next(400, error).next(400, error);
      for (Correction correction :
          List.of(aligner.correct(REQUEST), aligner.correct(REQUEST, delivered::append))) {
        assertThat(correction.text()).isEqualTo(ANSWER);
        assertThat(correction.outcome())
            .isEqualTo(new CorrectionOutcome.Skipped(SkipReason.PROMPT_TOO_LONG));
      }
      assertThat(delivered).hasToString(ANSWER);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'max_tokens' is too large: 2048. This model's maximum context length is 2048 tokens and your"
            + " request has 20 input tokens",
        "The decoder prompt (length 99) is longer than the maximum model length of 64"
      })
  void correct_settingsLeaveNoRoomForAnyPrompt_isNoSkip(String message) {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(400, "{\"message\":\"" + message + "\",\"type\":\"BadRequestError\"}");

      assertThatExceptionOfType(RemoteStatusException.class)
          .isThrownBy(() -> aligner.correct(REQUEST))
          .withMessageContaining("maxTokens(...)");
    }
  }

  @Test
  void correct_stopStrings_endTheCorrection() {
    try (CompletionsServer server = CompletionsServer.writing("better\nUSER: and more");
        Aligner aligner = Remote.builder(server.uri()).stop(List.of("USER:")).build()) {
      assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
    }
  }

  @Test
  void correct_halfSurrogates_becomeReplacementCharacters() {
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.aligner(server.uri())) {
      aligner.correct("a\uD83D", "\uDE00 😀");

      assertThat(server.received().get(0).body().path("prompt").asText())
          .isEqualTo("Q: a\uFFFD A: \uFFFD 😀 C:");
    }
  }

  @Test
  void correct_manyInARow_useOneConnection() {
    try (CompletionsServer server = CompletionsServer.writing("a better answer");
        Aligner aligner = Remote.aligner(server.uri())) {
      for (int i = 0; i < 10; i++) {
        aligner.correct(REQUEST);
        aligner.correct(REQUEST, text -> {});
      }

      assertThat(server.received())
          .hasSize(20)
          .extracting(CompletionsServer.Received::connection)
          .containsOnly(server.received().get(0).connection());
    }
  }

  @Test
  void correct_afterAnError_usesTheConnectionAgain() {
    try (CompletionsServer server = CompletionsServer.writing("a better answer");
        Aligner aligner = Remote.aligner(server.uri())) {
      server.next(500, "{}").next(429, "{}");
      aligner.correct(REQUEST);

      assertThat(server.received())
          .hasSize(3)
          .extracting(CompletionsServer.Received::connection)
          .containsOnly(server.received().get(0).connection());
    }
  }

  @Test
  void apiKey_isAskedForBeforeEachAttempt() {
    String[] keys = {"first", "second"};
    int[] asked = {0};
    try (CompletionsServer server = CompletionsServer.writing("better");
        Aligner aligner = Remote.builder(server.uri()).apiKey(() -> keys[asked[0]++]).build()) {
      server.next(503, "{}");
      aligner.correct(REQUEST);

      assertThat(server.received())
          .extracting(received -> received.headers().get("authorization"))
          .containsExactly("Bearer first", "Bearer second");
    }
  }

  @Test
  void httpClient_given_isUsedAndNotClosed() {
    HttpClient client = HttpClient.newHttpClient();
    try (CompletionsServer server = CompletionsServer.writing("better")) {
      for (int i = 0; i < 2; i++) {
        try (Aligner aligner = Remote.builder(server.uri()).httpClient(client).build()) {
          assertThat(aligner.correct(REQUEST).text()).isEqualTo("better");
        }
      }
      assertThat(server.received().get(0).connection())
          .isEqualTo(server.received().get(1).connection());
    }
  }

  @Test
  void wrap_chatModel_answersWithTheCorrection() {
    try (CompletionsServer server = CompletionsServer.writing("a better answer");
        Aligner aligner = Remote.aligner(server.uri())) {
      assertThat(aligner.wrap(query -> "You fool. " + query).chat(QUERY))
          .isEqualTo("a better answer");
      assertThat(server.received().get(0).body().path("prompt").asText())
          .isEqualTo("Q: secretquery A: You fool. secretquery C:");
    }
  }

  @Test
  void toString_tellsServerAndModelAlone() {
    try (RemoteAligner aligner = Remote.aligner(URI.create("http://127.0.0.1:9/v1"))) {
      assertThat(aligner).hasToString("RemoteAligner[127.0.0.1:9, aligner-test]");
      assertThat(aligner.template()).isEqualTo(Remote.TEMPLATE);
    }
  }
}
