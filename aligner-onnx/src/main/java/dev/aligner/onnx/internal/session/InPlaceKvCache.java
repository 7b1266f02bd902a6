package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cache of a graph that appends to it where it lies: past and present are one tensor, longer
 * than what it holds. A step copies none of it, and dropping positions costs nothing. Only growing
 * beyond the tensor, and taking rows, copy. Behind what it holds stand zeros or what was dropped.
 */
final class InPlaceKvCache implements SelfCache {

  /** Tensors have room for a multiple of so many positions. */
  private static final int ROOM = 64;

  private final OrtEnvironment environment;
  private final Residence residence;
  private final List<KvPair> pairs;
  private final CacheMover mover;
  private Tensors present;
  private int rows;
  private int length;
  private int capacity;
  private int @Nullable [] pendingRows;

  InPlaceKvCache(
      OrtEnvironment environment,
      Residence residence,
      List<KvPair> pairs,
      CacheMover mover,
      int rows) {
    this.environment = environment;
    this.residence = residence;
    this.pairs = pairs;
    this.mover = mover;
    this.rows = rows;
    this.present = new Tensors();
  }

  @Override
  public void reorder(int[] sources) {
    pendingRows = pendingRows == null ? sources.clone() : SelfCache.composed(pendingRows, sources);
  }

  @Override
  public void truncate(int newLength) {
    length = newLength;
  }

  @Override
  public void bind(
      Map<String, OnnxTensor> feeds,
      Map<String, OnnxTensor> pinned,
      int width,
      Cancellation cancellation)
      throws OrtException {
    takeRows(cancellation);
    if (length + width > capacity) {
      grow((length + width + ROOM - 1) / ROOM * ROOM, cancellation);
    }
    for (int i = 0; i < pairs.size(); i++) {
      OnnxTensor tensor = present.handles.get(i).get();
      feeds.put(pairs.get(i).past(), tensor);
      pinned.put(pairs.get(i).present(), tensor);
    }
  }

  private void takeRows(Cancellation cancellation) throws OrtException {
    int[] taken = pendingRows;
    pendingRows = null;
    if (taken == null) {
      return;
    }
    if (capacity > 0) {
      replace(
          taken.length,
          capacity,
          target -> mover.takeRows(present.tensors(), target.tensors(), taken, cancellation));
    }
    rows = taken.length;
  }

  private void grow(int newCapacity, Cancellation cancellation) throws OrtException {
    int added = newCapacity - capacity;
    if (capacity == 0) {
      present.empty(rows);
    }
    replace(
        rows,
        newCapacity,
        target -> mover.addPositions(present.tensors(), target.tensors(), added, cancellation));
    capacity = newCapacity;
  }

  private void replace(int newRows, int newCapacity, Filling filling) throws OrtException {
    Tensors target = new Tensors();
    try {
      target.make(newRows, newCapacity);
      filling.fill(target);
    } catch (OrtException | RuntimeException | Error e) {
      target.close();
      throw e;
    }
    Tensors earlier = present;
    present = target;
    earlier.close();
  }

  @Override
  public void advance(int width) {
    length += width;
  }

  @Override
  public void close() {
    present.close();
  }

  /** Fills tensors from the present ones. */
  @FunctionalInterface
  private interface Filling {
    void fill(Tensors target) throws OrtException;
  }

  /** One set of tensors. */
  private final class Tensors implements AutoCloseable {

    private final List<NativeHandle<OnnxTensor>> handles = new ArrayList<>();
    private final CloseAll owned = new CloseAll();

    void make(int newRows, int newCapacity) throws OrtException {
      for (KvPair pair : pairs) {
        Residence.Place place = owned.add(residence.place());
        handles.add(owned.add(place.tensor(pair.type(), pair.shape(newRows, newCapacity), 0)));
      }
    }

    void empty(int newRows) throws OrtException {
      for (KvPair pair : pairs) {
        OnnxTensor tensor = pair.type().emptyTensor(environment, pair.shape(newRows, 0));
        handles.add(owned.add(NativeHandle.of("an empty cache", tensor)));
      }
    }

    List<OnnxTensor> tensors() {
      return handles.stream().map(NativeHandle::get).toList();
    }

    @Override
    public void close() {
      handles.clear();
      owned.close();
    }
  }
}
