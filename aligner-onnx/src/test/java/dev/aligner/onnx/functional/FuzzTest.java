package dev.aligner.onnx.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aligner.ModelLoadException;
import dev.aligner.onnx.internal.chat.ChatTemplate;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import dev.aligner.onnx.internal.model.GraphFacts;
import dev.aligner.onnx.internal.model.ModelDirectory;
import dev.aligner.onnx.internal.tokenize.HfTokenizer;
import dev.aligner.onnx.testing.ByteMutations;
import dev.aligner.onnx.testing.JsonMutations;
import dev.aligner.onnx.testing.ModelCopy;
import dev.aligner.onnx.testing.Mutations;
import dev.aligner.onnx.testing.TemporaryFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Every parser of a model directory with thousands of broken files. Each file is read, or refused
 * by a {@link ModelLoadException}; none hangs, fills the memory or throws anything else. The files
 * are the same in every run.
 */
class FuzzTest {

  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static final List<Target> JSON = new ArrayList<>();
  private static final List<Target> GRAPHS = new ArrayList<>();
  private static final TemporaryFolder FOLDER = new TemporaryFolder();

  private static int read;
  private static int refused;

  /** One line for each file and each reader of it. */
  @BeforeContainer
  static void addTargets() {
    json("config.json", "tiny-t5", FuzzTest::readDirectory);
    json("config.json", "tiny-llama", FuzzTest::readDirectory);
    json("generation_config.json", "tiny-t5", FuzzTest::readDirectory);
    json("generation_config.json", "tiny-llama", FuzzTest::readDirectory);
    json("aligner.json", "tiny-llama", FuzzTest::readDirectory);
    json("genai_config.json", "tiny-qwen2-genai", FuzzTest::readDirectory);
    json("tokenizer_config.json", "tiny-llama", ChatTemplate::read);
    json("tokenizer.json", "tiny-t5", FuzzTest::openTokenizer);
    json("tokenizer.json", "tiny-llama", FuzzTest::openTokenizer);
    graph("model.onnx", "tiny-llama");
    graph("model.onnx", "tiny-llama-int8");
    graph("encoder_model.onnx", "tiny-t5");
    graph("decoder_model_merged.onnx", "tiny-t5-merged");
    graph("decoder_model_merged.onnx", "tiny-t5-q8");
  }

  private static void readDirectory(Path directory) {
    ModelDirectory.read(directory);
  }

  private static void openTokenizer(Path directory) {
    HfTokenizer.open(directory.resolve("tokenizer.json"), Set.of(0, 1, 2)).close();
  }

  private static void json(String file, String model, Consumer<Path> reader) {
    ModelCopy copy = copy(model);
    byte[] original = copy.read(file);
    JSON.add(new Target(file, copy, JsonMutations.of(original), reader));
    JSON.add(new Target(file, copy, ByteMutations.of(original), reader));
  }

  private static void graph(String file, String model) {
    ModelCopy copy = copy(model);
    GRAPHS.add(
        new Target(
            file,
            copy,
            ByteMutations.ofProto(copy.read(file)),
            directory -> GraphFacts.read(directory, directory.resolve(file))));
  }

  private static ModelCopy copy(String model) {
    ModelCopy copy = ModelCopy.of(model, FOLDER.next());
    return copy.write(
        "aligner.json",
        "{\"version\": 1, \"name\": \"x\", \"template\": \"aligner-v2\", \"segmentation\": \"none\","
            + " \"max_prompt_tokens\": 9, \"max_new_tokens\": 9, \"provenance\": {\"by\": [\"x\"]}}");
  }

  /** A directory in which one file is replaced again and again, and then read. */
  private record Target(String file, ModelCopy copy, Mutations mutations, Consumer<Path> reader) {

    @Override
    public String toString() {
      return copy.directory().getFileName() + "/" + file;
    }
  }

  @Property(
      tries = 2_000,
      seed = "1",
      generation = GenerationMode.RANDOMIZED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void json_broken_isReadOrRefused(@ForAll("json") Target target, @ForAll long seed) {
    check(target, seed);
  }

  @Property(
      tries = 4_000,
      seed = "1",
      generation = GenerationMode.RANDOMIZED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void graph_broken_isReadOrRefused(@ForAll("graphs") Target target, @ForAll long seed) {
    check(target, seed);
  }

  @Provide
  Arbitrary<Target> json() {
    return Arbitraries.of(JSON);
  }

  @Provide
  Arbitrary<Target> graphs() {
    return Arbitraries.of(GRAPHS);
  }

  private static void check(Target target, long seed) {
    target.copy.write(target.file, target.mutations.next(new Random(seed)));
    try {
      assertTimeoutPreemptively(LONGEST, () -> target.reader.accept(target.copy.directory()));
      read++;
    } catch (ModelLoadException e) {
      assertThat(e.expected()).isNotBlank();
      assertThat(e.found()).isNotBlank();
      assertThat(e.getMessage()).hasSizeLessThan(10_000);
      refused++;
    }
    assertThat(NativeHandle.live()).isZero();
  }

  @AfterContainer
  static void bothHappened_andNothingIsLeft() {
    FOLDER.delete();
    assertThat(read).isGreaterThan(300);
    assertThat(refused).isGreaterThan(3_000);
  }
}
