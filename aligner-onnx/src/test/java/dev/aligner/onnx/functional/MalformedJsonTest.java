package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.OnnxAligner;
import dev.aligner.onnx.testing.ModelCopy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each JSON file of a model directory with bytes in it that are no JSON object. */
class MalformedJsonTest {

  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "genai_config.json",
          "aligner.json",
          "tokenizer.json");

  private static final Map<String, byte[]> CONTENTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("nothing", bytes("")),
              Map.entry("whitespace", bytes(" \n")),
              Map.entry("a list", bytes("[]")),
              Map.entry("a string", bytes("\"text\"")),
              Map.entry("null", bytes("null")),
              Map.entry("half an object", bytes("{\"version\": 1, \"model\": {")),
              Map.entry("an object and more", bytes("{\"version\": 1} {}")),
              Map.entry("text", bytes("version https://git-lfs.github.com/spec/v1\n")),
              Map.entry("a page", bytes("<!DOCTYPE html><html></html>")),
              Map.entry("deep lists", bytes("{\"model\": " + "[".repeat(100_000))),
              Map.entry("deep objects", bytes("{\"model\":".repeat(100_000))),
              Map.entry("a long number", bytes("{\"version\": " + "9".repeat(100_000) + "}")),
              Map.entry("binary", new byte[] {0, 1, 2, 3, (byte) 0xff, (byte) 0xfe, 0, 0}),
              Map.entry("bad UTF-8", new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'}),
              Map.entry("half UTF-16", new byte[] {(byte) 0xff, (byte) 0xfe, '{'})));

  @TempDir Path folder;

  static List<Arguments> fileAndContent() {
    List<Arguments> all = new ArrayList<>();
    for (String file : FILES) {
      CONTENTS.keySet().forEach(content -> all.add(Arguments.of(file, content)));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("fileAndContent")
  void build_unreadable_namesTheFile(String file, String content) {
    ModelCopy copy = ModelCopy.of("tiny-llama", folder).write(file, CONTENTS.get(content));

    ModelLoadException e =
        MalformedDirectoryTest.failure(MalformedDirectoryTest.builder(copy.directory()));

    assertThat(e.file()).isEqualTo(copy.file(file));
  }

  /** What Python's json reads or writes is fine. */
  @ParameterizedTest
  @ValueSource(strings = {"config.json", "generation_config.json"})
  void build_unusualButRight_loads(String file) {
    ModelCopy copy = ModelCopy.of("tiny-llama", folder);
    copy.set(file, "unknown", "{\"deeply\": [{\"nested\": null}]}");
    String json = new String(copy.read(file), StandardCharsets.UTF_8);
    copy.write(
        file, "\uFEFF \n" + json.replaceFirst("\\{", "{\"a\": NaN, \"b\": -Infinity,\n") + "\n");
    copy.write("README.md", "An unknown file.").write("other.onnx", "not loaded");

    try (OnnxAligner aligner = MalformedDirectoryTest.builder(copy.directory()).build()) {
      assertThat(aligner.template()).isNotNull();
    }
  }

  @Test
  void build_hugeFile_isNotRead() {
    ModelCopy copy = ModelCopy.of("tiny-llama", folder);
    copy.write("config.json", " ".repeat(17 << 20) + "{}");

    ModelLoadException e =
        MalformedDirectoryTest.failure(MalformedDirectoryTest.builder(copy.directory()));

    assertThat(e.file()).isEqualTo(copy.file("config.json"));
    assertThat(e.found()).contains("bytes");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
