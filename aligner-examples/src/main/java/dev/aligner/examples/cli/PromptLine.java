package dev.aligner.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.internal.jsonl.BadLineException;
import dev.aligner.onnx.GenerationRequest;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Reads a prompt from one line of JSON: an object with {@code prompt} or {@code input_ids} and
 * maybe {@code max_new_tokens}, or just the text, or just the list of ids.
 */
final class PromptLine {

  private static final String EXPECTED =
      "an object with \"prompt\" or \"input_ids\", a string, or a list of ids";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PromptLine() {}

  /**
   * Parses a line.
   *
   * @param line the line
   * @param settings puts the settings of the command line into a request; the line's own win
   * @throws BadLineException if it is none of these; the message does not quote it
   */
  static GenerationRequest parse(String line, UnaryOperator<GenerationRequest> settings)
      throws BadLineException {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " at column " + e.getLocation().getColumnNr();
      throw new BadLineException(EXPECTED, "text that is no JSON" + where);
    }
    if (!json.isObject()) {
      return settings.apply(source(json));
    }
    JsonNode prompt = json.path("prompt");
    JsonNode ids = json.path("input_ids");
    if (prompt.isMissingNode() == ids.isMissingNode()) {
      throw new BadLineException(
          "either \"prompt\" or \"input_ids\"", prompt.isMissingNode() ? "neither" : "both");
    }
    if (prompt.isArray() || ids.isTextual()) {
      throw new BadLineException(
          "a string as \"prompt\", a list as \"input_ids\"", "one for the other");
    }
    GenerationRequest request = settings.apply(source(prompt.isMissingNode() ? ids : prompt));
    JsonNode limit = json.path("max_new_tokens");
    if (limit.isMissingNode() || limit.isNull()) {
      return request;
    }
    if (!limit.isInt() || limit.intValue() < 1) {
      throw new BadLineException("\"max_new_tokens\" to be an integer of at least 1", kind(limit));
    }
    return request.withMaxNewTokens(limit.intValue());
  }

  private static GenerationRequest source(JsonNode json) throws BadLineException {
    if (json.isTextual()) {
      return GenerationRequest.ofPrompt(json.textValue());
    }
    if (!json.isArray()) {
      throw new BadLineException(EXPECTED, kind(json));
    }
    int[] ids = new int[json.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!json.path(i).isInt()) {
        throw new BadLineException("ids that are integers", kind(json.path(i)));
      }
      ids[i] = json.path(i).intValue();
    }
    if (ids.length == 0) {
      throw new BadLineException("at least one id", "none");
    }
    return GenerationRequest.ofInputIds(ids);
  }

  private static String kind(JsonNode json) {
    return json.isMissingNode()
        ? "nothing"
        : "a value of the kind " + json.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
