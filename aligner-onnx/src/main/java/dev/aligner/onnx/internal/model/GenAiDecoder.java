package dev.aligner.onnx.internal.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.ModelLoadException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The decoder of a {@link GenAiConfig}: its graph, its sizes, and what its inputs and outputs are
 * called.
 *
 * @param filename the graph, beside the file that names it
 * @param headSize size of a head, 0 if not told
 * @param attentionHeads number of query heads, 0 if not told
 * @param keyValueHeads number of key-value heads, 0 if not told
 * @param layers number of layers, 0 if not told
 * @param hiddenSize size of the hidden states, 0 if not told
 * @param inputs names of inputs by what they are, such as {@code input_ids}; those of each layer
 *     have a {@code %d} in them
 * @param outputs names of outputs by what they are, such as {@code logits}
 */
public record GenAiDecoder(
    String filename,
    int headSize,
    int attentionHeads,
    int keyValueHeads,
    int layers,
    int hiddenSize,
    Map<String, String> inputs,
    Map<String, String> outputs) {

  private static final String PAST_KEYS = "past_key_names";
  private static final String PAST_VALUES = "past_value_names";
  private static final String PRESENT_KEYS = "present_key_names";
  private static final String PRESENT_VALUES = "present_value_names";

  private static final Map<String, String> USUAL =
      Map.of(
          PAST_KEYS, "past_key_values.%d.key",
          PAST_VALUES, "past_key_values.%d.value",
          PRESENT_KEYS, "present.%d.key",
          PRESENT_VALUES, "present.%d.value");

  /** One place for the number of the layer, and no other directive. */
  private static final Pattern OF_EACH_LAYER = Pattern.compile("[^%]*%d[^%]*");

  /** Copies. */
  public GenAiDecoder {
    inputs = Map.copyOf(inputs);
    outputs = Map.copyOf(outputs);
  }

  /**
   * Reads the section.
   *
   * @throws ModelLoadException if a field has a value that it cannot have, or the graph lies
   *     outside the directory
   */
  static GenAiDecoder read(JsonFile json) {
    String filename = json.string("filename").orElse("model.onnx");
    if (filename.isEmpty() || !filename.matches("[^/\\\\:\\x00]*") || filename.equals("..")) {
      throw json.wrong("filename", "the name of a file in this directory", json.node("filename"));
    }
    return new GenAiDecoder(
        filename,
        json.integer("head_size").orElse(0),
        json.integer("num_attention_heads").orElse(0),
        json.integer("num_key_value_heads").orElse(0),
        json.integer("num_hidden_layers").orElse(0),
        json.integer("hidden_size").orElse(0),
        names(json, "inputs"),
        names(json, "outputs"));
  }

  private static Map<String, String> names(JsonFile json, String section) {
    Map<String, String> names = new LinkedHashMap<>();
    if (!json.has(section)) {
      return names;
    }
    JsonFile object = json.object(section);
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String role = entry.getKey();
      String name = object.string(role).orElse("");
      if (role.endsWith("_names") && !OF_EACH_LAYER.matcher(name).matches()) {
        throw object.wrong(role, "a name with one %d for the layer", entry.getValue());
      }
      names.put(role, name);
    }
    return names;
  }

  /**
   * Returns what the cached keys are called as inputs.
   *
   * @return a name with one {@code %d} for the layer
   */
  public String pastKeyPattern() {
    return pattern(inputs, PAST_KEYS);
  }

  /**
   * Returns what the cached values are called as inputs.
   *
   * @return a name with one {@code %d} for the layer
   */
  public String pastValuePattern() {
    return pattern(inputs, PAST_VALUES);
  }

  /**
   * Returns what the keys are called as outputs.
   *
   * @return a name with one {@code %d} for the layer
   */
  public String presentKeyPattern() {
    return pattern(outputs, PRESENT_KEYS);
  }

  /**
   * Returns what the values are called as outputs.
   *
   * @return a name with one {@code %d} for the layer
   */
  public String presentValuePattern() {
    return pattern(outputs, PRESENT_VALUES);
  }

  private static String pattern(Map<String, String> names, String role) {
    return names.getOrDefault(role, USUAL.getOrDefault(role, "%d"));
  }
}
