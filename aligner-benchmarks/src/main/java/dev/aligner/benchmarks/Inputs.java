package dev.aligner.benchmarks;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.aligner.onnx.Decoding;
import dev.aligner.onnx.GenerationRequest;
import dev.aligner.onnx.OnnxGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Makes the inputs of a comparison. */
final class Inputs {

  private static final double[] BIN_ENDS = {0, 0.05, 0.10, 0.30, 0.60};

  private Inputs() {}

  /**
   * Random prompts, and drafts made of what the model writes after them.
   *
   * @param ratios the distances of the drafts; each is a bin
   */
  static List<Input> scripted(
      OnnxGenerator generator, ModelFolder model, ScriptSizes sizes, List<Double> ratios) {
    ScriptedDraft script = new ScriptedDraft(sizes.seed(), model.firstWord(), model.wordsEnd());
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < sizes.prompts(); i++) {
      int[] prompt = script.strangers(sizes.promptTokens());
      if (model.encoderDecoder()) {
        // T5's end-of-sequence token, which peers that take text put there themselves.
        prompt[prompt.length - 1] = 1;
      }
      int[] output = plain(generator, prompt, sizes.newTokens());
      for (double ratio : ratios) {
        String bin = ratio >= 1 ? "rewrite" : String.format(Locale.ROOT, "%.2f", ratio);
        inputs.add(new Input(bin, prompt, script.of(output, ratio), sizes.newTokens()));
      }
    }
    return inputs;
  }

  /** The sizes of scripted inputs. */
  record ScriptSizes(int prompts, int promptTokens, int newTokens, long seed) {}

  /**
   * One input of each line of a file, the line being the draft; binned by what the model writes.
   */
  static List<Input> ofSentences(OnnxGenerator generator, Path model, Path sentences, int limit) {
    List<Input> inputs = new ArrayList<>();
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(model.resolve("tokenizer.json"))) {
      for (String line : Files.readAllLines(sentences)) {
        if (!line.isBlank()) {
          Encoding encoding = tokenizer.encode(line);
          int[] ids = ints(encoding.getIds());
          int[] output = plain(generator, ids, limit);
          double ratio = Alignment.of(output, ids).editRatio();
          inputs.add(new Input(bin(ratio), ids, ids, limit));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return inputs;
  }

  private static String bin(double ratio) {
    return Arrays.stream(BIN_ENDS)
        .filter(end -> ratio <= end)
        .mapToObj(end -> end == 0 ? "0.00" : String.format(Locale.ROOT, "<= %.2f", end))
        .findFirst()
        .orElse("rewrite");
  }

  private static int[] plain(OnnxGenerator generator, int[] prompt, int limit) {
    return generator
        .generate(
            GenerationRequest.ofInputIds(prompt)
                .withMaxNewTokens(limit)
                .withDecoding(Decoding.greedy()))
        .tokenIds();
  }

  private static int[] ints(long[] values) {
    return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
  }
}
