package dev.aligner.internal.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1.10,\"b\":1E+400,\"c\":123456789012345678901234567890,\"d\":-0}",
        "{\"a\":\"\\ud800 \\u0041 \\\"\\\\ \\/\",\"b\\\"\\\\\":\"ü\uD83D\uDE00\"}",
        "{\"a\":[1,[2,{\"x\":\"}\"}]],\"b\":{\"question\":{}},\"c\":[]}",
        "{\"a\":true,\"b\":false,\"c\":null,\"\":\"\"}",
      })
  void openWithout_nothingLeftOut_spellsTheLineItself(String line) throws Exception {
    assertThat(JsonLine.parse(line).openWithout(Set.of()) + "}").isEqualTo(line);
  }

  @Test
  void openWithout_blanksBetweenTokens_dropsThemAlone() throws Exception {
    String line = " { \"a\" : 1 , \"b b\" :\t\"x  y\" , \"c\" : [ 1 , 2 ] , \"d\" : 2.0 } \r";

    assertThat(JsonLine.parse(line).openWithout(Set.of("a")))
        .isEqualTo("{\"b b\":\"x  y\",\"c\":[ 1 , 2 ],\"d\":2.0");
  }

  @Test
  void openWithout_nameInEscapes_isLeftOut() throws Exception {
    assertThat(JsonLine.parse("{\"\\u006cine\":1,\"x\":2}").openWithout(Set.of("line")))
        .isEqualTo("{\"x\":2");
  }

  @Test
  void openWithout_longLine_keepsEveryValue() throws Exception {
    StringBuilder line = new StringBuilder("{\"k0\":0");
    for (int i = 1; i < 5000; i++) {
      line.append(", \"k").append(i).append("\" : \"").append("v\\n".repeat(i % 50)).append('"');
    }
    JsonMapper json = new JsonMapper();
    JsonNode expected = json.readTree(line + "}");

    String spelled = JsonLine.parse(line + "}").openWithout(Set.of()) + "}";

    assertThat(json.readTree(spelled)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|nothing",
        "[1]|an array",
        "\"x\"|a string",
        "12|a number",
        "null|null",
        "true|a boolean",
        "you idiot|text that is none at column 5",
        "{\"a\":|text that is none at column 6",
        "{\"a\":1|text that is none at column 7",
        "{\"a\":NaN}|text that is none at column 9",
        "{a:1}|text that is none at column 3",
      })
  void parse_noObject_saysWhatIsThere(String line, String found) {
    assertThatThrownBy(() -> JsonLine.parse(line))
        .isInstanceOf(BadLineException.class)
        .hasMessageContaining("expected a JSON object, found ")
        .hasMessageContaining(found.replaceAll(" at column.*", ""))
        .hasMessageNotContaining("idiot");
  }

  @Test
  void parse_moreAfterTheObject_throws() {
    assertThatThrownBy(() -> JsonLine.parse("{} {}"))
        .hasMessage("expected one JSON object, found more after it");
  }

  @Test
  void parse_keyTwice_throws() {
    assertThatThrownBy(() -> JsonLine.parse("{\"a\":1,\"\\u0061\":2}"))
        .hasMessage("expected each key once, found one that is there twice");
  }

  @Test
  void parse_nestedTooDeep_throws() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThatThrownBy(() -> JsonLine.parse("{\"a\":" + deep + "}"))
        .isInstanceOf(BadLineException.class);
  }

  @Test
  void parse_numberOfTooManyDigits_throws() {
    assertThatThrownBy(() -> JsonLine.parse("{\"a\":" + "9".repeat(5000) + "}"))
        .isInstanceOf(BadLineException.class);
  }

  @Test
  void string_decodesEscapes() throws Exception {
    assertThat(JsonLine.parse("{\"answer\":\"a\\u00e4\\n\"}").string("answer")).isEqualTo("aä\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|no such key",
        "{\"answer\":null}|null",
        "{\"answer\":[\"x\"]}|an array",
        "{\"answer\":{}}|an object",
        "{\"answer\":1.5}|a number",
      })
  void string_noString_throws(String line, String found) throws Exception {
    JsonLine json = JsonLine.parse(line);

    assertThatThrownBy(() -> json.string("answer"))
        .isInstanceOf(BadLineException.class)
        .hasMessage("expected \"answer\" to be a string, found " + found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"line\":\"1\"}", "{\"line\":1.0}", "{\"line\":99999999999999999999}"})
  void integer_noInteger_throws(String line) throws Exception {
    JsonLine json = JsonLine.parse(line);

    assertThatThrownBy(() -> json.integer("line"))
        .isInstanceOf(BadLineException.class)
        .hasMessageStartingWith("expected \"line\" to be an integer, found ");
  }
}
