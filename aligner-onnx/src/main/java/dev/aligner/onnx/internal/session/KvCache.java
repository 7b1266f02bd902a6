package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The self-attention cache of one generation. Each of its tensors has two buffers: a step reads the
 * past from one, and ONNX Runtime writes the present into the other, which is the past of the next
 * step. Positions are dropped and rows are taken by ONNX Runtime too ({@link CacheMover}), and only
 * when the next step asks for the cache; Java reads and writes none of it.
 */
final class KvCache implements SelfCache {

  private final OrtEnvironment environment;
  private final List<KvPair> pairs;
  private final CacheMover mover;
  private final List<Half> halves;

  /** Which half holds the past. */
  private int current;

  private int rows;
  private int length;
  private int pendingLength;
  private int @Nullable [] pendingRows;

  /**
   * Makes an empty cache.
   *
   * @param pairs the tensors
   * @param mover moves them
   * @param rows the number of rows
   */
  KvCache(
      OrtEnvironment environment,
      Residence residence,
      List<KvPair> pairs,
      CacheMover mover,
      int rows) {
    this.environment = environment;
    this.pairs = pairs;
    this.mover = mover;
    this.rows = rows;
    this.halves = List.of(new Half(residence), new Half(residence));
  }

  @Override
  public void reorder(int[] sources) {
    pendingRows = pendingRows == null ? sources.clone() : SelfCache.composed(pendingRows, sources);
  }

  @Override
  public void truncate(int newLength) {
    pendingLength = newLength;
  }

  @Override
  public void bind(
      Map<String, OnnxTensor> feeds,
      Map<String, OnnxTensor> pinned,
      int width,
      Cancellation cancellation)
      throws OrtException {
    feed(feeds, cancellation);
    pin(pinned, width);
  }

  /** Puts the cache among the inputs of a step. */
  private void feed(Map<String, OnnxTensor> feeds, Cancellation cancellation) throws OrtException {
    if (length == 0) {
      rows = pendingRows == null ? rows : pendingRows.length;
      halves.get(current).fit(rows, 0);
    } else {
      move(cancellation);
    }
    pendingRows = null;
    pendingLength = length;
    halves.get(current).put(feeds, KvPair::past);
  }

  private void move(Cancellation cancellation) throws OrtException {
    int[] taken = pendingRows;
    if (taken != null) {
      Half target = other();
      target.fit(taken.length, length);
      mover.takeRows(tensors(), target.tensors(), taken, cancellation);
      swap(taken.length, length);
    }
    if (pendingLength < length) {
      Half target = other();
      target.fit(rows, pendingLength);
      mover.keepPositions(tensors(), target.tensors(), pendingLength, cancellation);
      swap(rows, pendingLength);
    }
  }

  /** Puts the buffers of the present among the outputs of a step. */
  private void pin(Map<String, OnnxTensor> pinned, int width) throws OrtException {
    other().fit(rows, length + width);
    other().put(pinned, KvPair::present);
  }

  @Override
  public void advance(int width) {
    swap(rows, length + width);
    pendingLength = length;
  }

  private void swap(int newRows, int newLength) {
    current = 1 - current;
    rows = newRows;
    length = newLength;
  }

  private List<OnnxTensor> tensors() {
    return halves.get(current).tensors();
  }

  private Half other() {
    return halves.get(1 - current);
  }

  @Override
  public void close() {
    CloseAll all = new CloseAll();
    halves.forEach(all::add);
    all.close();
  }

  /** One of the two sets of buffers, and the tensors that lie in them. */
  private final class Half implements AutoCloseable {

    private final Residence residence;
    private final List<Residence.Place> places = new ArrayList<>();
    private final List<NativeHandle<OnnxTensor>> handles = new ArrayList<>();

    Half(Residence residence) {
      this.residence = residence;
      pairs.forEach(pair -> places.add(residence.place()));
    }

    /** Makes tensors of a size; what the buffers held is lost. */
    void fit(int newRows, int newLength) throws OrtException {
      closeTensors();
      int multiple = residence.roomPositions();
      int positions = (newLength + multiple - 1) / multiple * multiple;
      for (int i = 0; i < pairs.size(); i++) {
        KvPair pair = pairs.get(i);
        long[] shape = pair.shape(newRows, newLength);
        handles.add(
            newLength == 0
                ? NativeHandle.of("a cache", pair.type().emptyTensor(environment, shape))
                : places
                    .get(i)
                    .tensor(pair.type(), shape, pair.bytesPerPosition() * newRows * positions));
      }
    }

    List<OnnxTensor> tensors() {
      return handles.stream().map(NativeHandle::get).toList();
    }

    void put(Map<String, OnnxTensor> target, Function<KvPair, String> name) {
      for (int i = 0; i < pairs.size(); i++) {
        target.put(name.apply(pairs.get(i)), handles.get(i).get());
      }
    }

    private void closeTensors() {
      handles.forEach(NativeHandle::close);
      handles.clear();
    }

    @Override
    public void close() {
      CloseAll all = new CloseAll();
      places.forEach(all::add);
      handles.forEach(all::add);
      all.close();
    }
  }

  /** Returns an output of a step. */
  static OnnxTensor tensor(NativeHandle<OrtSession.Result> result, String name) {
    return result
        .get()
        .get(name)
        .filter(OnnxTensor.class::isInstance)
        .map(OnnxTensor.class::cast)
        .orElseThrow(() -> new InferenceException("the model put out no tensor " + name, null));
  }
}
