package dev.aligner.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of JSON lines, for tests. */
final class JsonLines {

  static final JsonMapper JSON = new JsonMapper();

  private JsonLines() {}

  static String qa(String question, String answer) {
    return JSON.createObjectNode().put("question", question).put("answer", answer).toString();
  }

  static void write(Path file, String... lines) throws IOException {
    Files.write(file, List.of(lines), StandardCharsets.UTF_8);
  }

  static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readString(file).split("\n", -1)) {
      if (!line.isEmpty()) {
        rows.add(JSON.readTree(line));
      }
    }
    return rows;
  }

  static JsonNode provenance(Path file) throws IOException {
    return JSON.readTree(Files.readString(Place.provenance(file)));
  }
}
