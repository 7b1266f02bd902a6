package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.internal.jsonl.BadLineException;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptLineTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt\": \"text\"}|4 chars",
        "{\"id\": 7, \"prompt\": \"\"}|0 chars",
        "\"text\"|4 chars",
        "{\"input_ids\": [5, 6, 1]}|3 ids",
        "[5, 6]|2 ids",
        "{\"prompt\": \"text\", \"max_new_tokens\": 9}|4 chars, maxNewTokens=9",
        "{\"prompt\": \"text\", \"max_new_tokens\": null}|4 chars"
      })
  void parse_prompt_isRead(String line, String expected) throws BadLineException {
    assertThat(PromptLine.parse(line, UnaryOperator.identity()))
        .hasToString("GenerationRequest[" + expected + ", Decoding[of model]{}]");
  }

  @Test
  void parse_settings_giveWayToThoseOfTheLine() throws BadLineException {
    assertThat(PromptLine.parse("\"x\"", request -> request.withMaxNewTokens(3)))
        .asString()
        .contains("maxNewTokens=3");
    assertThat(
            PromptLine.parse(
                "{\"prompt\": \"x\", \"max_new_tokens\": 5}",
                request -> request.withMaxNewTokens(3)))
        .asString()
        .contains("maxNewTokens=5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sekret|text that is no JSON at column",
        "\"sekret\" 5|text that is no JSON",
        "5|kind number",
        "null|kind null",
        "{}|found neither",
        "{\"prompt\": \"sekret\", \"input_ids\": [5]}|found both",
        "{\"prompt\": \"sekret\", \"prompt\": \"x\"}|text that is no JSON",
        "{\"prompt\": [5]}|one for the other",
        "{\"input_ids\": \"sekret\"}|one for the other",
        "{\"prompt\": null}|kind null",
        "{\"input_ids\": []}|at least one id, found none",
        "[5, \"sekret\"]|kind string",
        "[5, 2.5]|kind number",
        "[99999999999]|kind number",
        "{\"prompt\": \"sekret\", \"max_new_tokens\": 0}|at least 1",
        "{\"prompt\": \"sekret\", \"max_new_tokens\": \"9\"}|kind string"
      })
  void parse_anythingElse_isRefusedWithoutQuotingIt(String line, String message) {
    assertThatThrownBy(() -> PromptLine.parse(line, UnaryOperator.identity()))
        .isInstanceOf(BadLineException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("sekret");
  }

  /** Whatever a line holds, it is a prompt or a bad line. */
  @Test
  void parse_randomText_isReadOrRefused() {
    String alphabet = "{}[]\":,0159.-enulltrpompt input_ids\\\u00e9\ud800";
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder line = new StringBuilder(i % 2 == 0 ? "{\"prompt\":" : "[");
      random
          .ints(random.nextInt(12), 0, alphabet.length())
          .forEach(at -> line.append(alphabet.charAt(at)));
      try {
        assertThat(PromptLine.parse(line.toString(), UnaryOperator.identity())).isNotNull();
      } catch (BadLineException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }
}
