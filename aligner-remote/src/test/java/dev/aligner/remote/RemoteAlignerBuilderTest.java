package dev.aligner.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.aligner.PromptTemplate;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteAlignerBuilderTest {

  private static RemoteAlignerBuilder builder() {
    return RemoteAligner.builder(URI.create("http://127.0.0.1:9"), "m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "/v1",
        "ftp://host/",
        "http:///v1",
        "http://host/?key=secret",
        "http://host/#secret",
        "http://me:secret@host/",
        "mailto:me@host"
      })
  void builder_noServersAddress_isRefusedWithoutQuotingIt(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteAligner.builder(URI.create(uri), "m"))
        .withMessageContaining("expected a server's address")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void build_neitherEncoderNorTokens_isRefusedWithTheFix() {
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().build())
        .withMessageContaining("promptEncoder(HfPromptEncoder.open(tokenizerJson))")
        .withMessageContaining("specialTokens(SpecialTokens.of(...))");
  }

  @Test
  void build_contradictions_areRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                builder()
                    .specialTokens(SpecialTokens.none())
                    .promptEncoder(prompt -> new int[0])
                    .build())
        .withMessageContaining("found both");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                builder()
                    .specialTokens(SpecialTokens.none())
                    .httpClient(HttpClient.newHttpClient())
                    .connectTimeout(Duration.ofSeconds(1))
                    .build())
        .withMessageContaining("found both");
  }

  @Test
  void setters_wrongValues_areNamedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteAligner.builder(URI.create("http://h"), " "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().maxTokens(0))
        .withMessageContaining("maxTokens of at least 1; found 0");
    assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(-0.1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(2.1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().temperature(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().stop(List.of("a", "")));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().readTimeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().connectTimeout(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().maxConcurrentCalls(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().queueCapacity(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().maxResponseBytes(1023));
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks may do
  void setters_null_isRefused() {
    assertThatNullPointerException().isThrownBy(() -> builder().apiKey(null));
    assertThatNullPointerException().isThrownBy(() -> builder().promptEncoder(null));
    assertThatNullPointerException().isThrownBy(() -> builder().specialTokens(null));
    assertThatNullPointerException().isThrownBy(() -> builder().httpClient(null));
    assertThatNullPointerException().isThrownBy(() -> builder().retries(null));
  }

  @Test
  void template_userTurnOfAChat_isRefusedWithTheFix() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().template(PromptTemplate.ALIGN_ANYTHING))
        .withMessageContaining("align-anything")
        .withMessageContaining("PromptTemplate.of(...)");
  }

  @Test
  void build_again_makesAnotherAligner() {
    RemoteAlignerBuilder builder = builder().specialTokens(SpecialTokens.none());
    try (RemoteAligner first = builder.build();
        RemoteAligner second = builder.template(PromptTemplate.ALIGNER_V1).build()) {
      assertThat(first.template()).isEqualTo(PromptTemplate.ALIGNER_V2);
      assertThat(second.template()).isEqualTo(PromptTemplate.ALIGNER_V1);
    }
  }

  @Test
  void retryPolicy_wrongValues_areNamed() {
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(-1, second, second))
        .withMessageContaining("found -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second.negated(), second));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second, Duration.ofMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second, Duration.ofDays(2)));
    assertThat(RetryPolicy.none().maxRetries()).isZero();
    assertThat(RetryPolicy.ofDefaults().maxRetries()).isEqualTo(2);
  }

  @Test
  void specialTokens_wrongValues_areNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpecialTokens.of())
        .withMessageContaining("SpecialTokens.none()");
    assertThatIllegalArgumentException().isThrownBy(() -> SpecialTokens.of("</s>", " "));
    assertThat(SpecialTokens.of("<s>", "</s>"))
        .isEqualTo(SpecialTokens.of(List.of("<s>", "</s>")))
        .hasSameHashCodeAs(SpecialTokens.of("<s>", "</s>"))
        .isNotEqualTo(SpecialTokens.none())
        .hasToString("SpecialTokens[<s>, </s>]");
    assertThat(SpecialTokens.none().spellings()).isEmpty();
  }
}
