package dev.aligner.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.policy.AcceptanceCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of rows of hostile text, held against a run that keeps everything in memory. */
class DatasetFuzzTest {

  private static final String[] BRICKS = {
    "One",
    "one",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u2028",
    "\u0085",
    "\0",
    "\"",
    "\\",
    "/",
    "{\"question\":\"x\"}",
    "</s>",
    "ASSISTANT:",
    "é",
    "e\u0301",
    "ß",
    "SS",
    "İ",
    "😀",
    "\ud83d",
    "\ude00",
    "\ufffd",
    "\ufeff",
    "\u001b[31m",
    "I can't help with",
    "12",
    "。",
    "<|im_end|>"
  };

  @TempDir private Path directory = Path.of("");

  private record Pair(String question, String answer) {}

  @Test
  void build_hostileRows_areThoseOfANaiveRun() throws Exception {
    List<Pair> rows = rows(new Random(11));
    Path input = directory.resolve("qa.jsonl");
    Path output = directory.resolve("out.jsonl");
    Files.write(
        input,
        rows.stream()
            .map(row -> JsonLines.qa(row.question, row.answer))
            .map(DatasetFuzzTest::escaped)
            .toList(),
        StandardCharsets.UTF_8);
    Aligner aligner = request -> Correction.of(request, corrected(request.answer()));
    DatasetOptions options =
        DatasetOptions.builder(DatasetFormat.PREFERENCE)
            .acceptance("none", AcceptanceCheck.none())
            .build();

    DatasetResult result =
        DatasetBuilder.of(aligner, ModelProvenance.named("m"), options).build(input, output);

    List<List<String>> expected = naive(rows);
    assertThat(expected).hasSizeGreaterThan(500).hasSizeLessThan(3_000);
    List<List<String>> found = new ArrayList<>();
    for (JsonNode row : JsonLines.read(output)) {
      found.add(
          List.of(
              row.path("prompt").textValue(),
              row.path("chosen").textValue(),
              row.path("rejected").textValue()));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(Files.readString(output).lines()).hasSameSizeAs(expected);
    assertThat(result.badLines()).isZero();
    long dropped =
        result.files().values().iterator().next().dropped().values().stream()
            .mapToLong(Long::longValue)
            .sum();
    assertThat(dropped + expected.size()).isEqualTo(rows.size());
  }

  private static List<Pair> rows(Random random) {
    List<Pair> rows = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      boolean again = i > 10 && random.nextInt(4) == 0;
      rows.add(
          again
              ? rows.get(random.nextInt(rows.size()))
              : new Pair(text(random, 3), text(random, 4)));
    }
    return rows;
  }

  private static String text(Random random, int bricks) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bricks; i++) {
      text.append(BRICKS[random.nextInt(BRICKS.length)]);
    }
    return text.toString();
  }

  private static String corrected(String answer) {
    String better = answer.replace("One", "Two").replace("12", "\ud83d");
    return answer.length() % 5 == 0 ? answer + "\u2029more" : better;
  }

  /** What UTF-8 cannot hold comes as an escape. */
  private static String escaped(String json) {
    StringBuilder escaped = new StringBuilder();
    json.codePoints()
        .forEach(
            c -> {
              if (isSurrogate(c)) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  private static List<List<String>> naive(List<Pair> rows) {
    List<List<String>> expected = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (Pair row : rows) {
      boolean usable =
          !row.question.isBlank()
              && !row.answer.isBlank()
              && isUnicode(row.question)
              && isUnicode(row.answer);
      if (!usable || !seen.add(List.of(plain(row.question), plain(row.answer)))) {
        continue;
      }
      String correction = corrected(row.answer);
      if (isUnicode(correction) && !correction.equals(row.answer)) {
        expected.add(List.of(row.question, correction, row.answer));
      }
    }
    return expected;
  }

  private static String plain(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return Arrays.stream(composed.split("(?U)\\s+"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(DatasetFuzzTest::isSurrogate);
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }
}
