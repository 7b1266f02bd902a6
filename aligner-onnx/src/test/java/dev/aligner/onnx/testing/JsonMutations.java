package dev.aligner.onnx.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Breaks a JSON file in ways that a parser of JSON lets pass: each is one value somewhere. */
public final class JsonMutations implements Mutations {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What stands for a value is written, and then replaced by text that need not be JSON. */
  private static final String MARK = "@mutation@";

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-1",
          "1",
          "1.5",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967295",
          "9223372036854775807",
          "9223372036854775808",
          "1e5",
          "1e308",
          "1e999999999",
          "-1e-999999999",
          "9".repeat(900),
          "9".repeat(100_000),
          "NaN",
          "-Infinity",
          "\"\"",
          "\" \"",
          "\"1\"",
          "\"\\u0000\"",
          "\"\\uD800\"",
          "\"\\uFFFF\"",
          "\"<0x00>\"",
          "\"{answer}{answer}\"",
          "\"(((((a*)*)*)*)*)\"",
          "\"" + "x".repeat(100_000) + "\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[{}]",
          "{\"type\": null}",
          "[1, \"1\", 1.0, [1], {\"1\": 1}]",
          "[" + "0,".repeat(50_000) + "0]",
          "[".repeat(900) + "]".repeat(900),
          "[".repeat(10_000) + "]".repeat(10_000),
          "{\"a\":".repeat(900) + "1" + "}".repeat(900),
          "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000),
          "{\"a\": 1, \"a\": [], \"a\": null}");

  private final JsonNode original;

  private JsonMutations(JsonNode original) {
    this.original = original;
  }

  public static JsonMutations of(byte[] original) {
    try {
      return new JsonMutations(MAPPER.readTree(original));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] next(Random random) {
    JsonNode root = original.deepCopy();
    Map<String, String> texts = new HashMap<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      mutate(root, random, texts);
    }
    String json = root.toString();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json = json.replace(text.getKey(), text.getValue());
    }
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static void mutate(JsonNode root, Random random, Map<String, String> texts) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    String mark = MARK + texts.size();
    if (container instanceof ArrayNode array) {
      mutate(array, random, mark);
    } else {
      mutate((ObjectNode) container, random, mark, texts);
    }
    texts.put("\"" + mark + "\"", VALUES.get(random.nextInt(VALUES.size())));
  }

  private static void mutate(ArrayNode array, Random random, String mark) {
    int at = array.isEmpty() ? -1 : random.nextInt(array.size());
    switch (at < 0 ? 0 : random.nextInt(4)) {
      case 0 -> array.add(mark);
      case 1 -> array.remove(at);
      case 2 -> array.add(array.get(at).deepCopy());
      default -> array.set(at, array.textNode(mark));
    }
  }

  private static void mutate(
      ObjectNode object, Random random, String mark, Map<String, String> texts) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() ? "new" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> {
        object.put(mark + "name", mark);
        texts.put("\"" + mark + "name\"", object.textNode(name).toString());
      }
      case 2 -> object.put(name + "x", mark);
      case 3 -> object.set(name, object.path(names.isEmpty() ? "" : names.get(0)).deepCopy());
      default -> object.put(name, mark);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }
}
