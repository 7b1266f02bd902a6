package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.graph.PreparedNames;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the inputs of one decoder step that follow from its tokens: ids, masks and positions. Each
 * is made only if the graph has it. One generation owns one, whose buffers serve all its steps.
 */
final class DecoderFeeds implements AutoCloseable {

  private final OrtEnvironment environment;
  private final DirectBuffers buffers;
  private final Map<String, DirectBuffers.Slot> slots = new HashMap<>();

  DecoderFeeds(OrtEnvironment environment, DirectBuffers buffers) {
    this.environment = environment;
    this.buffers = buffers;
  }

  /**
   * Makes the inputs of a step.
   *
   * @param contract what the graph has
   * @param tokens {@code [rows, width]}
   * @param pastLength the positions that each row has in the cache, padding included
   * @param padding how many positions of each row, from its first one, are padding
   * @param positions how many of the last positions are to be scored, where that is an input
   * @param stepTensors owns the tensors
   */
  Map<String, OnnxTensor> of(
      DecoderContract contract,
      int[][] tokens,
      int pastLength,
      int[] padding,
      int positions,
      CloseAll stepTensors)
      throws OrtException {
    int rows = tokens.length;
    int width = tokens[0].length;
    Step step = new Step(contract, stepTensors, new HashMap<>());
    step.add(contract.idsRole(), rows, width, (row, i) -> tokens[row][i]);
    Cell mask = (row, i) -> i < padding[row] ? 0 : 1;
    if (!contract.holdsEncoder()) {
      step.add(DecoderContract.ATTENTION_MASK, rows, pastLength + width, mask);
    }
    step.add(DecoderContract.DECODER_ATTENTION_MASK, rows, pastLength + width, mask);
    step.add(
        DecoderContract.POSITION_IDS,
        rows,
        width,
        (row, i) -> position(pastLength + i, padding[row]));
    step.addVector(DecoderContract.CACHE_POSITION, width, (row, i) -> pastLength + i);
    step.addScalar(DecoderContract.NUM_LOGITS_TO_KEEP, positions);
    if (contract.keepsLastPositions()) {
      step.feeds.put(
          PreparedNames.LOGITS_TO_KEEP,
          step.tensor(
              PreparedNames.LOGITS_TO_KEEP, ElementType.INT64, 1, 1, (row, i) -> positions, 1));
    }
    if (contract.has(DecoderContract.USE_CACHE_BRANCH)) {
      boolean[] useCache = {pastLength > 0};
      step.put(
          DecoderContract.USE_CACHE_BRANCH,
          step.own(OnnxTensor.createTensor(environment, useCache)));
    }
    return step.feeds;
  }

  /** Padding has the position 1, as transformers has it; the mask hides it anyway. */
  private static int position(int index, int padding) {
    return index < padding ? 1 : index - padding;
  }

  @Override
  public void close() {
    CloseAll all = new CloseAll();
    slots.values().forEach(all::add);
    all.close();
  }

  /** What stands in a row at an index. */
  @FunctionalInterface
  private interface Cell {
    int at(int row, int index);
  }

  /** The inputs of one step. */
  private final class Step {
    private final DecoderContract contract;
    private final CloseAll tensors;
    private final Map<String, OnnxTensor> feeds;

    Step(DecoderContract contract, CloseAll tensors, Map<String, OnnxTensor> feeds) {
      this.contract = contract;
      this.tensors = tensors;
      this.feeds = feeds;
    }

    void add(String name, int rows, int width, Cell cell) throws OrtException {
      if (contract.has(name)) {
        put(name, tensor(name, type(name), rows, width, cell, rows, width));
      }
    }

    void addVector(String name, int width, Cell cell) throws OrtException {
      if (contract.has(name)) {
        put(name, tensor(name, type(name), 1, width, cell, width));
      }
    }

    void addScalar(String name, int value) throws OrtException {
      if (contract.has(name)) {
        put(name, tensor(name, type(name), 1, 1, (row, i) -> value));
      }
    }

    private ElementType type(String name) {
      return contract.input(name).type();
    }

    void put(String name, OnnxTensor tensor) {
      feeds.put(contract.input(name).name(), tensor);
    }

    /** Makes a tensor that the step owns, in the buffer of that name. */
    OnnxTensor tensor(String name, ElementType type, int rows, int width, Cell cell, long... shape)
        throws OrtException {
      ByteBuffer buffer =
          slots
              .computeIfAbsent(name, unseen -> buffers.slot(DirectBuffers.Use.FEED))
              .atLeast(DirectBuffers.bytes(type.bytes(), rows, width));
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < width; i++) {
          type.put(buffer, cell.at(row, i));
        }
      }
      return own(type.tensor(environment, buffer.flip(), shape));
    }

    OnnxTensor own(OnnxTensor tensor) {
      return tensors.add(NativeHandle.of("a tensor of one step", tensor)).get();
    }
  }
}
