package dev.aligner.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aligner.Correction;
import dev.aligner.CorrectionCandidate;
import dev.aligner.CorrectionOutcome;
import dev.aligner.CorrectionUsage;
import dev.aligner.internal.jsonl.JsonLine;
import dev.aligner.internal.jsonl.JsonText;
import dev.aligner.internal.jsonl.Outcome;
import dev.aligner.onnx.GeneratedSequence;
import dev.aligner.onnx.Generation;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of the command line: what one correction or one generation looks like on one line. A
 * figure that the engine does not know is null.
 */
final class CorrectionJson {

  /** The number of the input line that an output line belongs to. */
  static final String LINE = "line";

  /** How the correction ended, see {@link Outcome}. */
  static final String OUTCOME = "outcome";

  /** All fields that belong to us; those of an input line give way to them. */
  static final Set<String> FIELDS =
      Set.of(
          LINE,
          "correction",
          "changed",
          "edit_ratio",
          "prompt_tokens",
          "output_tokens",
          "model_steps",
          "drafted_tokens",
          "accepted_draft_tokens",
          "finish_reason",
          "millis",
          "token_ids",
          "alternatives",
          OUTCOME,
          "reason",
          "error");

  private static final JsonMapper JSON = new JsonMapper();

  private CorrectionJson() {}

  /** Makes the JSON object of a correction. */
  static ObjectNode of(Correction correction) {
    Optional<CorrectionUsage> usage = correction.usage();
    ObjectNode json = JSON.createObjectNode();
    json.put("correction", correction.text());
    json.put("changed", correction.changed());
    json.put("edit_ratio", correction.editRatio());
    json.put("prompt_tokens", boxed(usage.map(CorrectionUsage::promptTokens)));
    json.put("output_tokens", boxed(usage.map(CorrectionUsage::outputTokens)));
    json.put("model_steps", boxed(usage.map(CorrectionUsage::modelSteps)));
    json.put("drafted_tokens", boxed(usage.map(CorrectionUsage::draftedTokens)));
    json.put("accepted_draft_tokens", boxed(usage.map(CorrectionUsage::acceptedDraftTokens)));
    json.put(
        "finish_reason",
        usage.flatMap(CorrectionUsage::finishReason).map(CorrectionJson::lowerCase).orElse(null));
    json.put("millis", usage.map(u -> millis(u.duration())).orElse(null));
    putIds(json, usage.map(CorrectionUsage::outputTokenIds).orElse(new int[0]));
    putAlternatives(json, correction.alternatives());
    json.put(OUTCOME, Outcome.of(correction.outcome()).lowerCase());
    if (correction.outcome() instanceof CorrectionOutcome.Skipped skipped) {
      json.put("reason", lowerCase(skipped.reason()));
    } else if (correction.outcome() instanceof CorrectionOutcome.Failed failed) {
      json.put("error", message(failed.exception()));
    }
    return json;
  }

  private static void putAlternatives(ObjectNode json, List<CorrectionCandidate> alternatives) {
    if (!alternatives.isEmpty()) {
      ArrayNode all = json.putArray("alternatives");
      for (CorrectionCandidate candidate : alternatives) {
        all.addObject().put("text", candidate.text()).put("score", boxed(candidate.score()));
      }
    }
  }

  /** Makes the JSON object of what a raw model wrote. */
  static ObjectNode of(Generation generation) {
    ObjectNode json = JSON.createObjectNode();
    List<GeneratedSequence> sequences = generation.sequences();
    putSequence(json, sequences.get(0));
    json.put("model_steps", generation.modelSteps());
    json.put("score", boxed(generation.score()));
    if (sequences.size() > 1) {
      ArrayNode all = json.putArray("sequences");
      for (GeneratedSequence sequence : sequences) {
        putSequence(all.addObject(), sequence).put("score", boxed(sequence.score()));
      }
    }
    return json;
  }

  private static ObjectNode putSequence(ObjectNode json, GeneratedSequence sequence) {
    putIds(json, sequence.tokenIds());
    json.put("text", sequence.text());
    return json.put("finish_reason", lowerCase(sequence.finishReason()));
  }

  /** Makes the output line of an input line: its own fields first, then where it stood, then us. */
  static String line(JsonLine input, long number, Correction correction) {
    ObjectNode ours = JSON.createObjectNode();
    ours.put(LINE, number);
    ours.setAll(of(correction));
    return joined(input, ours);
  }

  /** Puts our fields behind those of an input line. */
  static String joined(JsonLine input, ObjectNode ours) {
    String open = input.openWithout(FIELDS);
    return open + (open.length() > 1 ? "," : "") + text(ours).substring(1);
  }

  /** Spells a JSON object on one line; what UTF-8 cannot hold is escaped. */
  static String text(ObjectNode json) {
    return JsonText.of(json);
  }

  /** Returns what a failure has to say, on one line; its class if nothing. */
  static String message(Throwable failure) {
    return JsonText.message(failure);
  }

  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Integer boxed(Optional<OptionalInt> figure) {
    OptionalInt value = figure.orElse(OptionalInt.empty());
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static @Nullable Double boxed(OptionalDouble figure) {
    return figure.isPresent() ? figure.getAsDouble() : null;
  }

  private static void putIds(ObjectNode json, int[] ids) {
    ArrayNode array = json.putArray("token_ids");
    for (int id : ids) {
      array.add(id);
    }
  }
}
