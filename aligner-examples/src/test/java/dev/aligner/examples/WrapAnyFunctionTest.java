package dev.aligner.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.Aligner;
import dev.aligner.ChatModel;
import dev.aligner.Correction;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class WrapAnyFunctionTest {

  private static final Aligner POLITE =
      request -> Correction.of(request, request.answer().replace("stupid ", ""));

  @Test
  void aligned_rudeClient_answersPolitely() {
    ChatModel model = WrapAnyFunction.aligned(POLITE, new WrapAnyFunction.GrumpyModel());

    assertThat(model.chat("Why?")).isEqualTo("That is a question. 4 letters, and not one thought.");
  }

  @Test
  void wrap_clientThrows_passesItThrough() {
    UncheckedIOException unreachable = new UncheckedIOException(new ConnectException("no route"));
    ChatModel model =
        POLITE.wrap(
            question -> {
              throw unreachable;
            });

    assertThatThrownBy(() -> model.chat("Why?")).isSameAs(unreachable);
  }

  @Test
  void main_bundledModel_printsAnswer() {
    assertThat(StandardOutput.of(() -> WrapAnyFunction.main(new String[0])))
        .contains("20 letters")
        .doesNotContain("stupid");
  }
}
