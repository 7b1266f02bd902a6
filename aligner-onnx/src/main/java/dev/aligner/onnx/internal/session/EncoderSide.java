package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder of one generation reads of the prompts in every step: their mask, hidden states
 * and cross-attention caches, and for graphs that hold the encoder the prompts themselves. The rows
 * of the decoder may be beams of one prompt, so each row tells which prompt is its own.
 */
final class EncoderSide implements AutoCloseable {

  private final OrtEnvironment environment;
  private final DirectBuffers buffers;
  private final List<int[]> prompts;
  private final int padTokenId;
  private final Map<String, Source> sources = new HashMap<>();
  private final CloseAll slots = new CloseAll();
  private int[] promptOfRow;

  EncoderSide(
      OrtEnvironment environment, DirectBuffers buffers, List<int[]> prompts, int padTokenId) {
    this.environment = environment;
    this.buffers = buffers;
    this.prompts = prompts;
    this.padTokenId = padTokenId;
    this.promptOfRow = IntStream.range(0, prompts.size()).toArray();
  }

  /** Returns the length that all prompts are padded to. */
  int length() {
    return prompts.stream().mapToInt(p -> p.length).max().orElse(0);
  }

  /**
   * Adds a tensor that holds one row for each prompt.
   *
   * @param original asked for the tensor whenever it is needed
   */
  void add(String name, ElementType type, Supplier<OnnxTensor> original) {
    sources.put(name, new Source(type, original));
  }

  /** Takes new rows from the present ones. */
  void reorder(int[] rows) {
    int[] origins = Arrays.stream(rows).map(row -> promptOfRow[row]).toArray();
    if (!Arrays.equals(origins, promptOfRow)) {
      promptOfRow = origins;
      sources.values().forEach(Source::forget);
    }
  }

  boolean has(String name) {
    return sources.containsKey(name);
  }

  /** Returns a tensor that was added, one row for each row of the decoder. */
  OnnxTensor get(String name) throws OrtException {
    Source source = sources.get(name);
    if (source == null) {
      throw new IllegalStateException("no " + name + " yet");
    }
    return source.forRows();
  }

  /**
   * Returns the mask of the prompts: 1 for tokens, 0 for the padding behind them.
   *
   * @param type the type that the graph reads
   */
  OnnxTensor mask(ElementType type) throws OrtException {
    return get("mask " + type, type, (prompt, i) -> i < prompt.length ? 1 : 0);
  }

  /** Returns the ids of the prompts, padded behind. */
  OnnxTensor ids(ElementType type) throws OrtException {
    return get("ids " + type, type, (prompt, i) -> i < prompt.length ? prompt[i] : padTokenId);
  }

  private OnnxTensor get(String name, ElementType type, Cell cell) throws OrtException {
    if (!has(name)) {
      int length = length();
      ByteBuffer buffer =
          slots
              .add(buffers.slot())
              .atLeast(DirectBuffers.bytes(type.bytes(), prompts.size(), length));
      for (int[] prompt : prompts) {
        for (int i = 0; i < length; i++) {
          type.put(buffer, cell.at(prompt, i));
        }
      }
      NativeHandle<OnnxTensor> tensor =
          slots.add(
              NativeHandle.of(
                  "a tensor of the prompts",
                  type.tensor(environment, buffer.flip(), prompts.size(), length)));
      add(name, type, tensor::get);
    }
    return get(name);
  }

  @Override
  public void close() {
    sources.values().forEach(Source::forget);
    slots.close();
  }

  /** What stands at an index of a prompt. */
  @FunctionalInterface
  private interface Cell {
    int at(int[] prompt, int index);
  }

  /** One tensor, for the prompts and for the present rows. */
  private final class Source {
    private final ElementType type;
    private final Supplier<OnnxTensor> original;
    private final DirectBuffers.Slot slot = slots.add(buffers.slot());
    private @Nullable NativeHandle<OnnxTensor> taken;

    Source(ElementType type, Supplier<OnnxTensor> original) {
      this.type = type;
      this.original = original;
    }

    OnnxTensor forRows() throws OrtException {
      if (Arrays.equals(promptOfRow, IntStream.range(0, prompts.size()).toArray())) {
        return original.get();
      }
      NativeHandle<OnnxTensor> present = taken;
      if (present == null) {
        present = Rows.take(environment, original.get(), type, promptOfRow, slot);
        taken = present;
      }
      return present.get();
    }

    void forget() {
      if (taken != null) {
        taken.close();
        taken = null;
      }
    }
  }
}
