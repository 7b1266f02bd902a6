package dev.aligner.onnx.internal.tokenize;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.internal.AnswerText;
import java.io.IOException;
import java.util.Optional;

/**
 * JSON that the native tokenizers read. Their parser takes less than Jackson does, and where it
 * gives up inside a decoder, a normalizer or the like, the native code ends the whole JVM instead
 * of returning an error. So all that it cannot take is refused before it sees it.
 */
final class NativeJson {

  /** Theirs is 128, counted from the root, and nested anew in places. */
  private static final int MAX_DEPTH = 32;

  /** A piece of a vocabulary becomes a chain that is taken down by a call for each byte. */
  private static final int MAX_TEXT = 1000;

  /** The one field that is long, a table in base64. */
  private static final String TABLE = "precompiled_charsmap";

  private NativeJson() {}

  /**
   * Looks at a whole text.
   *
   * @return what is wrong with it, if anything is
   */
  static Optional<String> check(JsonParser parser) throws IOException {
    int depth = 0;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token.isStructStart() && ++depth > MAX_DEPTH) {
        return wrong(parser, "values nested deeper than " + MAX_DEPTH);
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric() && !isFinite(parser)) {
        return wrong(parser, "a number beyond the range of a double");
      } else if (isText(token)) {
        String text = parser.getText();
        if (AnswerText.hasHalfPair(text)) {
          return wrong(parser, "half a surrogate pair");
        }
        if (text.length() > MAX_TEXT && !TABLE.equals(parser.currentName())) {
          return wrong(parser, "a text of " + text.length() + " characters");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> wrong(JsonParser parser, String what) {
    return Optional.of(what + " at line " + parser.currentLocation().getLineNr());
  }

  private static boolean isFinite(JsonParser parser) throws IOException {
    return Double.isFinite(Double.parseDouble(parser.getText()));
  }

  private static boolean isText(JsonToken token) {
    return token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING;
  }

  /**
   * Looks for special tokens that a template puts around every text and does not define.
   *
   * @return the first of them, if there is one
   */
  static Optional<String> undefinedToken(JsonNode postProcessor) {
    for (JsonNode template : postProcessor.findParents("special_tokens")) {
      for (JsonNode piece : template.findValues("SpecialToken")) {
        String id = piece.path("id").asText();
        if (!template.path("special_tokens").has(id)) {
          return Optional.of(id);
        }
      }
    }
    return Optional.empty();
  }
}
