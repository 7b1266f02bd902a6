package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.CacheGraph;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.graph.PreparedNames;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Drops positions of caches and takes rows from them, where they lie: by small graphs of ONNX
 * Runtime's own operators, which are run only in a step that follows a rejected draft or reorders
 * rows. Any export can do it then, whatever its own graph is like. The graphs are made when they
 * are first needed. Thread-safe.
 */
final class CacheMover implements AutoCloseable {

  private final OrtEnvironment environment;
  private final Path file;
  private final Device device;
  private final List<CacheTensor> tensors;
  private @Nullable ModelSession keepPositions;
  private @Nullable ModelSession takeRows;
  private @Nullable ModelSession addPositions;

  /**
   * Makes a mover.
   *
   * @param file the graph whose caches are moved, for error messages
   * @param tensors the caches
   */
  CacheMover(OrtEnvironment environment, Path file, Device device, List<CacheTensor> tensors) {
    this.environment = environment;
    this.file = file;
    this.device = device;
    this.tensors = List.copyOf(tensors);
  }

  /** Returns where the caches are moved. */
  Device device() {
    return device;
  }

  List<CacheTensor> tensors() {
    return tensors;
  }

  /**
   * Copies the first positions.
   *
   * @param from the caches, in the order of {@link #tensors()}
   * @param to as many, of the new length
   * @param length the new length
   */
  void keepPositions(
      List<OnnxTensor> from, List<OnnxTensor> to, int length, Cancellation cancellation)
      throws OrtException {
    ModelSession session;
    synchronized (this) {
      if (keepPositions == null) {
        keepPositions = open(CacheGraph::keepPositions);
      }
      session = keepPositions;
    }
    run(session, from, to, PreparedNames.LENGTH, new long[] {length}, cancellation);
  }

  /**
   * Copies rows.
   *
   * @param from the caches, in the order of {@link #tensors()}
   * @param to as many, of the new number of rows
   * @param rows for each new row the one that it is a copy of
   */
  void takeRows(List<OnnxTensor> from, List<OnnxTensor> to, int[] rows, Cancellation cancellation)
      throws OrtException {
    ModelSession session;
    synchronized (this) {
      if (takeRows == null) {
        takeRows = open(CacheGraph::takeRows);
      }
      session = takeRows;
    }
    long[] indices = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      indices[i] = rows[i];
    }
    run(session, from, to, PreparedNames.ROWS, indices, cancellation);
  }

  /**
   * Copies, and puts positions of zeros behind.
   *
   * @param from the caches, in the order of {@link #tensors()}
   * @param to as many, of the new length
   * @param added by how much that is longer
   */
  void addPositions(
      List<OnnxTensor> from, List<OnnxTensor> to, int added, Cancellation cancellation)
      throws OrtException {
    ModelSession session;
    synchronized (this) {
      if (addPositions == null) {
        addPositions = open(CacheGraph::addPositions);
      }
      session = addPositions;
    }
    CacheTensor any = tensors.get(0);
    long[] pads = new long[2 * any.rank()];
    pads[any.rank() + any.seqAxis()] = added;
    run(session, from, to, PreparedNames.PADS, pads, cancellation);
  }

  private ModelSession open(Function<List<CacheTensor>, byte[]> graph) {
    return ModelSession.open(environment, file, graph.apply(tensors), device);
  }

  private void run(
      ModelSession session,
      List<OnnxTensor> from,
      List<OnnxTensor> to,
      String input,
      long[] values,
      Cancellation cancellation)
      throws OrtException {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    Map<String, OnnxTensor> pinned = new HashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      feeds.put(tensors.get(i).name(), from.get(i));
      pinned.put(PreparedNames.KEPT + tensors.get(i).name(), to.get(i));
    }
    try (NativeHandle<OnnxTensor> numbers =
        NativeHandle.of(
            "numbers",
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(values), new long[] {values.length}))) {
      feeds.put(input, numbers.get());
      session.run(feeds, Set.of(), pinned, null, cancellation).close();
    }
  }

  @Override
  public synchronized void close() {
    if (keepPositions != null) {
      keepPositions.close();
    }
    if (takeRows != null) {
      takeRows.close();
    }
    if (addPositions != null) {
      addPositions.close();
    }
  }
}
