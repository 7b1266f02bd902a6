package dev.aligner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlignerTest {

  /** A stub is one line. */
  private final Aligner stub = request -> Correction.of(request, request.answer() + "!");

  @Test
  void correct_ofTwoStrings_makesARequest() {
    Correction correction = stub.correct("q", "a");

    assertThat(correction.text()).isEqualTo("a!");
    assertThat(correction.request()).isEqualTo(CorrectionRequest.of("q", "a"));
  }

  @Test
  void correctAll_keepsTheOrder() {
    List<Correction> corrections =
        stub.correctAll(List.of(CorrectionRequest.of("", "a"), CorrectionRequest.of("", "b")));

    assertThat(corrections).extracting(Correction::text).containsExactly("a!", "b!");
  }

  @Test
  void correctAll_anItemThrows_failsThatItemAlone() {
    RuntimeException broken = new InferenceException("broken", null);
    Aligner aligner =
        request -> {
          if (request.answer().equals("b")) {
            throw broken;
          }
          return stub.correct(request);
        };

    List<Correction> corrections =
        aligner.correctAll(
            List.of(
                CorrectionRequest.of("", "a"),
                CorrectionRequest.of("", "b"),
                CorrectionRequest.of("", "c")));

    assertThat(corrections).extracting(Correction::text).containsExactly("a!", "b", "c!");
    assertThat(corrections.get(1).outcome()).isEqualTo(new CorrectionOutcome.Failed(broken));
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks may do
  void correctAll_anItemIsNull_correctsNothing() {
    Aligner counting =
        request -> {
          throw new AssertionError("not to be called");
        };

    assertThatNullPointerException()
        .isThrownBy(() -> counting.correctAll(Arrays.asList(CorrectionRequest.of("", "a"), null)));
  }

  @Test
  @SuppressWarnings("NullAway") // a faulty implementation
  void correctAll_theAlignerReturnsNull_failsThatItem() {
    Aligner faulty = request -> null;

    List<Correction> corrections = faulty.correctAll(List.of(CorrectionRequest.of("", "a")));

    assertThat(corrections.get(0).outcome()).isInstanceOf(CorrectionOutcome.Failed.class);
  }

  @Test
  void wrap_aMethodReference_corrects() {
    ChatModel aligned = stub.wrap(this::upstream);

    assertThat(aligned.chat("hello")).isEqualTo("answer to hello!");
  }

  @Test
  void wrap_twice_correctsInsideOut() {
    Aligner second = request -> Correction.of(request, request.answer() + "?");

    assertThat(second.wrap(stub.wrap(this::upstream)).chat("x")).isEqualTo("answer to x!?");
  }

  @Test
  void wrap_theUpstreamThrows_passesItOn() {
    IllegalStateException broken = new IllegalStateException("upstream");
    ChatModel aligned =
        stub.wrap(
            query -> {
              throw broken;
            });

    assertThatThrownBy(() -> aligned.chat("x")).isSameAs(broken);
  }

  @Test
  @SuppressWarnings("NullAway") // a faulty implementation
  void wrap_theUpstreamAnswersNull_saysSo() {
    ChatModel aligned = stub.wrap(query -> null);

    assertThatNullPointerException()
        .isThrownBy(() -> aligned.chat("x"))
        .withMessage("the upstream chat model answered null");
  }

  @Test
  void close_ofAStub_doesNothing() {
    stub.close();

    assertThat(stub.correct("", "a").changed()).isTrue();
  }

  private String upstream(String query) {
    return "answer to " + query;
  }
}
