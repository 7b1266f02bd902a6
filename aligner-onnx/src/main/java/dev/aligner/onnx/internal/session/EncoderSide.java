package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What the decoder of one generation reads of the prompts in every step: their mask, hidden states
 * and cross-attention caches, and for graphs that hold the encoder the prompts themselves. The rows
 * of the decoder may be beams of one prompt, so each row tells which prompt is its own.
 */
final class EncoderSide implements AutoCloseable {

  private final OrtEnvironment environment;
  private final DirectBuffers buffers;
  private final Residence residence;
  private final List<int[]> prompts;
  private final int padTokenId;

  /** What the encoder and the first step put out, one row for each prompt. */
  private final Map<String, Supplier<OnnxTensor>> originals = new HashMap<>();

  /** What was made for the present rows. */
  private final Map<String, NativeHandle<OnnxTensor>> made = new HashMap<>();

  private final Map<String, DirectBuffers.Slot> slots = new HashMap<>();
  private final Map<String, Residence.Place> places = new HashMap<>();
  private final CloseAll taken = new CloseAll();
  private int[] promptOfRow;

  EncoderSide(
      OrtEnvironment environment,
      DirectBuffers buffers,
      Residence residence,
      List<int[]> prompts,
      int padTokenId) {
    this.environment = environment;
    this.buffers = buffers;
    this.residence = residence;
    this.prompts = prompts;
    this.padTokenId = padTokenId;
    this.promptOfRow = IntStream.range(0, prompts.size()).toArray();
  }

  /**
   * Adds a tensor that holds one row for each prompt.
   *
   * @param original asked for the tensor whenever it is needed
   */
  void add(String name, Supplier<OnnxTensor> original) {
    originals.put(name, original);
  }

  /**
   * Makes a tensor for what a graph puts out for the prompts, where such tensors stay, and adds it.
   *
   * @return the tensor, to be an output of the graph
   */
  OnnxTensor take(String name, ElementType type, long... shape) throws OrtException {
    NativeHandle<OnnxTensor> tensor =
        taken.add(taken.add(residence.place()).tensor(type, shape, 0));
    add(name, tensor::get);
    return tensor.get();
  }

  /** Returns the length of the prompts, padding included. */
  int length() {
    return prompts.stream().mapToInt(p -> p.length).max().orElse(0);
  }

  /** Takes new rows from the present ones. */
  void reorder(int[] rows) {
    int[] origins = Arrays.stream(rows).map(row -> promptOfRow[row]).toArray();
    if (!Arrays.equals(origins, promptOfRow)) {
      promptOfRow = origins;
      made.values().forEach(NativeHandle::close);
      made.clear();
    }
  }

  /**
   * Returns a tensor that was added, one row for each row of the decoder.
   *
   * @param mover takes rows of all that was added and that later steps read
   */
  OnnxTensor get(String name, CacheMover mover, Cancellation cancellation) throws OrtException {
    if (Arrays.equals(promptOfRow, IntStream.range(0, prompts.size()).toArray())) {
      return original(name);
    }
    if (!made.containsKey(name)) {
      takeRows(mover, cancellation);
    }
    return handle(name).get();
  }

  private OnnxTensor original(String name) {
    Supplier<OnnxTensor> original = originals.get(name);
    if (original == null) {
      throw new IllegalStateException("no " + name + " yet");
    }
    return original.get();
  }

  private NativeHandle<OnnxTensor> handle(String name) {
    NativeHandle<OnnxTensor> handle = made.get(name);
    if (handle == null) {
      throw new IllegalStateException("no rows of " + name);
    }
    return handle;
  }

  private void takeRows(CacheMover mover, Cancellation cancellation) throws OrtException {
    List<OnnxTensor> from = new ArrayList<>();
    List<OnnxTensor> to = new ArrayList<>();
    for (CacheTensor tensor : mover.tensors()) {
      OnnxTensor original = original(tensor.name());
      from.add(original);
      long[] shape = original.getInfo().getShape();
      shape[0] = promptOfRow.length;
      to.add(make(tensor.name(), ElementType.of(original.getInfo().type), shape));
    }
    mover.takeRows(from, to, promptOfRow, cancellation);
  }

  /** Makes a tensor in a place of that name, to be filled. */
  private OnnxTensor make(String name, ElementType type, long... shape) throws OrtException {
    NativeHandle<OnnxTensor> tensor =
        places.computeIfAbsent(name, unseen -> residence.place()).tensor(type, shape, 0);
    made.put(name, tensor);
    return tensor.get();
  }

  private ByteBuffer buffer(String name, int bytes) {
    return slots
        .computeIfAbsent(name, unseen -> buffers.slot(DirectBuffers.Use.FEED))
        .atLeast(bytes);
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
    if (!made.containsKey(name)) {
      int length = length();
      int rows = promptOfRow.length;
      ByteBuffer buffer = buffer(name, DirectBuffers.bytes(type.bytes(), rows, length));
      for (int prompt : promptOfRow) {
        for (int i = 0; i < length; i++) {
          type.put(buffer, cell.at(prompts.get(prompt), i));
        }
      }
      made.put(
          name,
          NativeHandle.of(
              "a tensor of the prompts", type.tensor(environment, buffer.flip(), rows, length)));
    }
    return handle(name).get();
  }

  @Override
  public void close() {
    CloseAll all = new CloseAll();
    all.add(taken);
    slots.values().forEach(all::add);
    places.values().forEach(all::add);
    made.values().forEach(all::add);
    all.close();
  }

  /** What stands at an index of a prompt. */
  @FunctionalInterface
  private interface Cell {
    int at(int[] prompt, int index);
  }
}
