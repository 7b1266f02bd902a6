package dev.aligner.onnx.internal.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a tokenizer.json would end the JVM in native code: seen with tokenizers 0.21.4. */
class NativeJsonTest {

  static final List<Arguments> WRONG =
      List.of(
          Arguments.of("{\"decoder\": \"\\ud800\"}", "half a surrogate pair at line 1"),
          Arguments.of("{\"decoder\": \"\\udc00\\ud800\"}", "half a surrogate pair at line 1"),
          Arguments.of("{\n\"a\": \"\\ud800x\"}", "half a surrogate pair at line 2"),
          Arguments.of("{\"decoder\": 1e999}", "a number beyond the range of a double at line 1"),
          Arguments.of(
              "[" + "9".repeat(400) + "]", "a number beyond the range of a double at line 1"),
          Arguments.of("[".repeat(40) + "]".repeat(40), "values nested deeper than 32 at line 1"),
          Arguments.of(
              "{\"vocab\": [[\"" + "x".repeat(1001) + "\", 0.0]]}",
              "a text of 1001 characters at line 1"),
          Arguments.of(
              "{\"vocab\": {\"" + "x".repeat(1001) + "\": 1}}",
              "a text of 1001 characters at line 1"));

  @ParameterizedTest
  @FieldSource("WRONG")
  void check_notForNativeCode_saysWhy(String json, String found) throws IOException {
    assertThat(check(json)).contains(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\": \"\\ud83d\\ude00\", \"\\ud83d\\ude00\": [[[{\"b\": -1.5e300}]], 123456789012345]}"
      })
  void check_forNativeCode_isFine(String json) throws IOException {
    assertThat(check(json)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 300_000})
  void check_longTable_isFine(int length) throws IOException {
    assertThat(check("{\"precompiled_charsmap\": \"" + "A".repeat(length) + "\"}")).isEmpty();
  }

  private static Optional<String> check(String json) throws IOException {
    try (JsonParser parser = new ObjectMapper().createParser(json)) {
      return NativeJson.check(parser);
    }
  }

  @ParameterizedTest
  @CsvSource({"</s>, true", "<s>, false"})
  void undefinedToken_ofATemplate_isFound(String defined, boolean complete) throws IOException {
    JsonNode processor =
        new ObjectMapper()
            .readTree(
                "{\"processors\": [{\"single\": [{\"SpecialToken\": {\"id\": \"</s>\"}}],"
                    + " \"special_tokens\": {\""
                    + defined
                    + "\": {}}}]}");

    assertThat(NativeJson.undefinedToken(processor).isEmpty()).isEqualTo(complete);
  }
}
