package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The self-attention cache of one generation. It stays in the tensors that ONNX Runtime allocated:
 * what a step puts out is fed to the next step and closed after it. Rows are taken from other rows
 * only when the next step asks for the cache.
 */
final class KvCache implements AutoCloseable {

  private final OrtEnvironment environment;
  private final List<KvPair> pairs;
  private final Map<String, DirectBuffers.Slot> slots = new HashMap<>();
  private final Map<String, OnnxTensor> past = new HashMap<>();
  private CloseAll owned = new CloseAll();
  private int @Nullable [] pendingRows;

  /**
   * Makes an empty cache.
   *
   * @param pairs the tensors
   */
  KvCache(OrtEnvironment environment, DirectBuffers buffers, List<KvPair> pairs) {
    this.environment = environment;
    this.pairs = pairs;
    pairs.forEach(pair -> slots.put(pair.past(), buffers.slot()));
  }

  /** Takes new rows from the present ones, at the next {@link #feed}. */
  void reorder(int[] sources) {
    int[] earlier = pendingRows;
    int[] rows = sources.clone();
    if (earlier != null) {
      for (int i = 0; i < rows.length; i++) {
        rows[i] = earlier[rows[i]];
      }
    }
    pendingRows = rows;
  }

  /**
   * Puts the cache among the inputs of a step.
   *
   * @param stepTensors owns what is made for the step alone
   */
  void feed(Map<String, OnnxTensor> feeds, int rows, CloseAll stepTensors) throws OrtException {
    takePendingRows();
    for (KvPair pair : pairs) {
      OnnxTensor tensor = past.get(pair.past());
      if (tensor == null) {
        tensor =
            stepTensors
                .add(
                    NativeHandle.of(
                        "an empty cache",
                        pair.type().emptyTensor(environment, pair.shape(rows, 0))))
                .get();
      }
      feeds.put(pair.past(), tensor);
    }
  }

  private void takePendingRows() throws OrtException {
    int[] sources = pendingRows;
    pendingRows = null;
    if (sources == null || past.isEmpty()) {
      return;
    }
    CloseAll taken = new CloseAll();
    try {
      for (KvPair pair : pairs) {
        past.computeIfPresent(pair.past(), (name, tensor) -> take(taken, pair, tensor, sources));
      }
    } catch (RuntimeException | Error e) {
      past.clear();
      taken.closeAfter(e);
      throw e;
    }
    replaceOwned(taken);
  }

  private OnnxTensor take(CloseAll taken, KvPair pair, OnnxTensor tensor, int[] sources) {
    DirectBuffers.Slot slot = slots.get(pair.past());
    if (slot == null) {
      throw new IllegalStateException("no slot for " + pair.past());
    }
    try {
      return taken.add(Rows.take(environment, tensor, pair.type(), sources, slot)).get();
    } catch (OrtException e) {
      throw new InferenceException("ONNX Runtime made no tensor: " + e.getMessage(), e);
    }
  }

  /**
   * Keeps what a step put out; the cache before it is closed.
   *
   * @param result the step's result
   * @param closes whether this cache closes the result when it is outdated
   */
  void keep(NativeHandle<OrtSession.Result> result, boolean closes) {
    CloseAll latest = new CloseAll();
    if (closes) {
      latest.add(result);
    }
    replaceOwned(latest);
    for (KvPair pair : pairs) {
      past.put(pair.past(), tensor(result, pair.present()));
    }
  }

  private void replaceOwned(CloseAll latest) {
    CloseAll outdated = owned;
    owned = latest;
    outdated.close();
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

  @Override
  public void close() {
    past.clear();
    CloseAll all = new CloseAll();
    slots.values().forEach(all::add);
    all.add(owned);
    all.close();
  }
}
