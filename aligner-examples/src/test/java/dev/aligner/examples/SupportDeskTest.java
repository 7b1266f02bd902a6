package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.AlignerClosedException;
import dev.aligner.Correction;
import dev.aligner.InferenceException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Shows how an application with an aligner in it is tested without a model. */
class SupportDeskTest {

  @Test
  void reply_stubCorrects_sendsItsText() {
    Aligner stub = request -> Correction.of(request, "a better answer");

    assertThat(new SupportDesk(stub).reply("Why?", "Because, you fool."))
        .isEqualTo("a better answer");
  }

  @Test
  void reply_always_passesQuestionAndDraft() {
    AtomicReference<String> seen = new AtomicReference<>();
    Aligner stub =
        request -> {
          seen.set(request.query() + " | " + request.answer());
          return Correction.of(request, request.answer());
        };

    assertThat(new SupportDesk(stub).reply("Why?", "Because.")).isEqualTo("Because.");
    assertThat(seen).hasValue("Why? | Because.");
  }

  @Test
  void reply_correctionFails_sendsFallback() {
    Aligner stub =
        request -> {
          throw new InferenceException("out of luck", null);
        };

    assertThat(new SupportDesk(stub).reply("Why?", "Because.")).isEqualTo(SupportDesk.FALLBACK);
  }

  @Test
  void reply_alignerClosed_throws() {
    Aligner stub =
        request -> {
          throw new AlignerClosedException();
        };

    assertThatThrownBy(() -> new SupportDesk(stub).reply("Why?", "Because."))
        .isInstanceOf(AlignerClosedException.class);
  }
}
