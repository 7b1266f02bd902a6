package dev.aligner.remote.internal;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.FinishReason;
import dev.aligner.remote.RemoteProtocolException;
import dev.aligner.remote.RemoteStatusException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one JSON object of a completion: the whole of it, or one event of a stream. Not a word of
 * it gets into a message.
 */
final class CompletionJson {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** What vLLM says. */
  private static final Pattern POSITIONS =
      Pattern.compile("maximum (?:context|model) length (?:is|of) (\\d{1,9})");

  private static final String FIX =
      "see that the base URI leads to a server of the OpenAI completions protocol, such as vLLM or"
          + " llama.cpp's, and not to another service or a proxy's page";

  private final String host;
  private final JsonNode root;

  private CompletionJson(String host, JsonNode root) {
    this.host = host;
    this.root = root;
  }

  /**
   * Reads an object.
   *
   * @param json the object in UTF-8
   * @param host the server, for messages
   * @throws RemoteProtocolException if it is none
   * @throws RemoteStatusException if it tells of an error of the server
   */
  static CompletionJson read(byte[] json, String host) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      // The parser's message quotes the text, so it is no cause of ours.
      JsonLocation at = e.getLocation();
      throw new RemoteProtocolException(
          host,
          "a JSON object",
          "malformed JSON" + (at == null ? "" : " at byte " + Math.max(0, at.getByteOffset())),
          FIX);
    } catch (IOException e) {
      throw new RemoteProtocolException(host, "a JSON object in UTF-8", "other bytes", FIX);
    }
    if (root == null || !root.isObject()) {
      boolean empty = root == null || root.isMissingNode();
      throw new RemoteProtocolException(
          host, "a JSON object", empty ? "an empty body" : "JSON of another kind", FIX);
    }
    JsonNode error = root.path("error");
    if (!error.isMissingNode() && !error.isNull()) {
      int code = error.path("code").asInt(0);
      int status = code >= 400 && code < 600 ? code : 500;
      throw new RemoteStatusException(
          host, status, "look into the server's log; it failed while it wrote");
    }
    return new CompletionJson(host, root);
  }

  /** Returns the text that was written, maybe nothing. */
  String text() {
    JsonNode text = choice().path("text");
    if (!text.isTextual() && !text.isNull() && !text.isMissingNode()) {
      throw new RemoteProtocolException(host, "choices[0].text to be a string", "another", FIX);
    }
    return text.isTextual() ? text.textValue() : "";
  }

  /** Tells whether there is a choice; an event that tells the usage alone has none. */
  boolean hasChoice() {
    return choice().isObject();
  }

  /**
   * Returns why the model stopped.
   *
   * @return the reason, or empty where it has not
   * @throws RemoteProtocolException if it stopped for none of the reasons that leave a whole text
   */
  Optional<FinishReason> finishReason() {
    JsonNode reason = choice().path("finish_reason");
    if (reason.isMissingNode() || reason.isNull()) {
      return Optional.empty();
    }
    return switch (reason.asText()) {
      case "stop" -> Optional.of(FinishReason.STOP);
      case "length" -> Optional.of(FinishReason.LENGTH);
      default ->
          throw new RemoteProtocolException(
              host,
              "a finish_reason of \"stop\" or \"length\"",
              "another one",
              "look into the server's log; it aborted or filtered the output");
    };
  }

  OptionalInt promptTokens() {
    return count("prompt_tokens");
  }

  OptionalInt outputTokens() {
    return count("completion_tokens");
  }

  private OptionalInt count(String field) {
    JsonNode count = root.path("usage").path(field);
    return count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 0
        ? OptionalInt.of(count.intValue())
        : OptionalInt.empty();
  }

  private JsonNode choice() {
    return root.path("choices").path(0);
  }

  /**
   * Tells whether an error means that the prompt has more tokens than the model has positions:
   * llama.cpp and OpenAI give it a name of its own, vLLM words alone. Where no prompt would fit,
   * beside so many new tokens, it is the settings that are wrong.
   *
   * @param body the error's body, maybe cut off
   * @param maxTokens how many new tokens were asked for
   */
  static boolean isPromptTooLong(byte[] body, int maxTokens) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (IOException e) {
      return false;
    }
    if (root == null) {
      return false;
    }
    JsonNode error = root.path("error").isObject() ? root.path("error") : root;
    if (error.path("type").asText().equals("exceed_context_size_error")
        || error.path("code").asText().equals("context_length_exceeded")) {
      return true;
    }
    Matcher positions = POSITIONS.matcher(error.path("message").asText());
    return positions.find() && Integer.parseInt(positions.group(1)) > maxTokens;
  }
}
