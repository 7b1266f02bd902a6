package dev.aligner.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.policy.Arm;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Records as lines of JSON, and back. Thread-safe. */
final class AuditJson {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final double NANOS = 1e6;

  private AuditJson() {}

  static String line(AuditRecord record) throws JsonProcessingException {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("time", record.time().toString());
    node.put("run", record.run());
    node.put("id", record.id());
    record.segment().ifPresent(index -> node.put("segment", index));
    node.put("arm", lower(record.arm()));
    node.put("outcome", lower(record.outcome()));
    record.reason().ifPresent(reason -> node.put("reason", reason));
    node.put("shown", record.shownOriginal() ? "original" : "corrected");
    record.texts().query().ifPresent(text -> node.put("query", text));
    record.texts().original().ifPresent(text -> node.put("original", text));
    record.texts().corrected().ifPresent(text -> node.put("corrected", text));
    record.editRatio().ifPresent(ratio -> node.put("edit_ratio", ratio));
    record.upstreamTime().ifPresent(time -> node.put("upstream_ms", time.toNanos() / NANOS));
    node.put("correction_ms", record.correctionTime().toNanos() / NANOS);
    record
        .usage()
        .ifPresent(
            usage -> {
              usage.promptTokens().ifPresent(n -> node.put("prompt_tokens", n));
              usage.outputTokens().ifPresent(n -> node.put("output_tokens", n));
              usage.modelSteps().ifPresent(n -> node.put("model_steps", n));
            });
    record.model().ifPresent(model -> node.put("model", model));
    return MAPPER.writeValueAsString(node);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is no record; the message holds nothing of the line
   */
  static AuditRecord parse(String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "expected a JSON object; found text that is not JSON", null);
    }
    try {
      return record(node);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expected an instant in \"time\"; found another text", e);
    }
  }

  private static AuditRecord record(JsonNode node) {
    return new AuditRecord(
        Instant.parse(required(node, "time")),
        required(node, "run"),
        node.path("id").asLong(),
        integer(node, "segment"),
        Arm.valueOf(upper(node, "arm")),
        AuditRecord.Outcome.valueOf(upper(node, "outcome")),
        text(node, "reason"),
        required(node, "shown").equals("original"),
        new AuditRecord.Texts(text(node, "query"), text(node, "original"), text(node, "corrected")),
        node.path("edit_ratio").isNumber()
            ? OptionalDouble.of(node.path("edit_ratio").asDouble())
            : OptionalDouble.empty(),
        millis(node, "upstream_ms"),
        millis(node, "correction_ms").orElse(Duration.ZERO),
        node.has("output_tokens") || node.has("prompt_tokens") || node.has("model_steps")
            ? Optional.of(
                new AuditRecord.Tokens(
                    integer(node, "prompt_tokens"),
                    integer(node, "output_tokens"),
                    integer(node, "model_steps")))
            : Optional.empty(),
        text(node, "model"));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String upper(JsonNode node, String field) {
    return required(node, field).toUpperCase(Locale.ROOT);
  }

  private static String required(JsonNode node, String field) {
    return text(node, field)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected a record with a string \"" + field + "\"; found none"));
  }

  private static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  private static OptionalInt integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
  }

  private static Optional<Duration> millis(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNumber()
        ? Optional.of(Duration.ofNanos(Math.round(value.doubleValue() * NANOS)))
        : Optional.empty();
  }
}
