package dev.aligner.onnx.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What transformers made of a prompt; written by src/test/goldens/generate.py, which also tells the
 * versions.
 */
public record Golden(
    String prompt,
    int[] inputIds,
    int maxNewTokens,
    int[] tokenIds,
    String text,
    String finishReason,
    boolean injection) {

  /** Reads the goldens of a test model, and fails if there are hardly any. */
  public static List<Golden> of(String model) {
    return ofFile(TestModels.directory(model).resolve("golden.json"));
  }

  /** Reads the goldens of a file, and fails if there are hardly any. */
  public static List<Golden> ofFile(Path file) {
    JsonNode root = read(file);
    List<Golden> cases = new ArrayList<>();
    for (JsonNode node : root.path("cases")) {
      cases.add(
          new Golden(
              node.path("prompt").textValue(),
              ints(node.path("input_ids")),
              node.path("max_new_tokens").intValue(),
              ints(node.path("token_ids")),
              node.path("text").textValue(),
              node.path("finish_reason").textValue(),
              node.path("injection").booleanValue()));
    }
    if (cases.size() < 15) {
      throw new AssertionError("expected at least 15 goldens in " + file + ": " + cases.size());
    }
    return cases;
  }

  public static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static int[] ints(JsonNode array) {
    int[] ints = new int[array.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = array.get(i).intValue();
    }
    return ints;
  }

  /** Prompts are long; the name of a test is not. */
  @Override
  public String toString() {
    return prompt.length() > 40 ? prompt.substring(0, 40) + "..." : prompt;
  }
}
