package dev.aligner.langchain4j;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Tells JSON from prose. */
final class JsonText {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** Tells whether all of a text is one JSON object or array. */
  static boolean isWhole(String text) {
    String core = text.strip();
    if (!(core.startsWith("{") && core.endsWith("}"))
        && !(core.startsWith("[") && core.endsWith("]"))) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(core)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
