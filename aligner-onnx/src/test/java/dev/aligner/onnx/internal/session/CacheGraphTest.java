package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.aligner.onnx.Device;
import dev.aligner.onnx.internal.decode.Cancellation;
import dev.aligner.onnx.internal.graph.CacheGraph;
import dev.aligner.onnx.internal.graph.CacheTensor;
import dev.aligner.onnx.internal.graph.PreparedNames;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The graphs that move caches, on ONNX Runtime. */
class CacheGraphTest {

  /** Tensors of three and four axes and of each type of floats. */
  private static final List<Cached> TENSORS =
      List.of(
          new Cached("a", ElementType.FLOAT, 2, new long[] {3, 2, 5, 4}),
          new Cached("b", ElementType.FLOAT16, 2, new long[] {3, 2, 5, 4}),
          new Cached("c", ElementType.BFLOAT16, 2, new long[] {3, 2, 5, 4}),
          new Cached("d", ElementType.FLOAT, 1, new long[] {3, 5, 4}),
          new Cached("e", ElementType.FLOAT16, 2, new long[] {3, 4, 5}),
          new Cached("f", ElementType.BFLOAT16, 1, new long[] {3, 5, 4}));

  private final OrtEnvironment environment = OrtRuntime.environment();

  /** A tensor of a cache with random bits. */
  private record Cached(String name, ElementType type, int seqAxis, long[] shape) {

    CacheTensor tensor() {
      int onnxType =
          switch (type) {
            case FLOAT16 -> 10;
            case BFLOAT16 -> 16;
            default -> 1;
          };
      return new CacheTensor(name, onnxType, shape.length, seqAxis);
    }

    ByteBuffer values() {
      ByteBuffer buffer = buffer(count(shape) * type.bytes());
      Random random = new Random(name.hashCode());
      while (buffer.hasRemaining()) {
        buffer.put((byte) random.nextInt(60));
      }
      return buffer.flip();
    }
  }

  @Test
  void keepPositions_keepsTheFirst() throws OrtException {
    for (int length : new int[] {0, 1, 3, 5, 9}) {
      int kept = Math.min(length, 5);
      run(
          CacheGraph.keepPositions(TENSORS.stream().map(Cached::tensor).toList()),
          PreparedNames.LENGTH,
          new long[] {length},
          (cached, index) -> index,
          (cached, shape) -> shape[cached.seqAxis] = kept);
    }
  }

  @Test
  void takeRows_takesRowsInAnyNumberAndOrder() throws OrtException {
    for (long[] rows : new long[][] {{2, 0, 0, 1}, {1}, {0, 1, 2}}) {
      run(
          CacheGraph.takeRows(TENSORS.stream().map(Cached::tensor).toList()),
          PreparedNames.ROWS,
          rows,
          (cached, index) -> {
            index[0] = rows[(int) index[0]];
            return index;
          },
          (cached, shape) -> shape[0] = rows.length);
    }
  }

  /** ONNX Runtime pads no bfloat16. */
  @Test
  void addPositions_putsZerosBehind() throws OrtException {
    for (Cached cached : TENSORS) {
      if (cached.type == ElementType.BFLOAT16) {
        continue;
      }
      long[] longer = cached.shape.clone();
      longer[cached.seqAxis] += 3;
      ByteBuffer padded = buffer(count(longer) * cached.type.bytes());
      try (CacheMover mover =
              new CacheMover(
                  environment, Path.of("cache.onnx"), Device.cpu(1), List.of(cached.tensor()));
          OnnxTensor from = cached.type.tensor(environment, cached.values(), cached.shape);
          OnnxTensor to = cached.type.tensor(environment, padded, longer)) {
        mover.addPositions(List.of(from), List.of(to), 3, Cancellation.NEVER);
      }
      assertThat(padded).as(cached.name).isEqualTo(padded(cached, longer));
    }
  }

  private static ByteBuffer padded(Cached cached, long[] longer) {
    int bytes = cached.type.bytes();
    int behind = 1;
    for (int axis = cached.seqAxis + 1; axis < longer.length; axis++) {
      behind *= (int) longer[axis];
    }
    int block = (int) cached.shape[cached.seqAxis] * behind * bytes;
    int longerBlock = (int) longer[cached.seqAxis] * behind * bytes;
    ByteBuffer from = cached.values();
    ByteBuffer expected = buffer(count(longer) * bytes);
    for (int i = 0; i * block < from.capacity(); i++) {
      expected.put(i * longerBlock, from, i * block, block);
    }
    return expected;
  }

  private interface Source {
    long[] of(Cached cached, long[] index);
  }

  private interface Resize {
    void apply(Cached cached, long[] shape);
  }

  private void run(byte[] graph, String input, long[] value, Source source, Resize resize)
      throws OrtException {
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try (ModelSession session =
            ModelSession.open(environment, Path.of("cache.onnx"), graph, Device.cpu(1));
        OrtSession.RunOptions options = new OrtSession.RunOptions()) {
      feeds.put(input, OnnxTensor.createTensor(environment, value));
      for (Cached cached : TENSORS) {
        feeds.put(cached.name, cached.type.tensor(environment, cached.values(), cached.shape));
      }
      try (NativeHandle<OrtSession.Result> result =
          session.run(feeds, session.outputs().keySet(), Map.of(), options, Cancellation.NEVER)) {
        for (Cached cached : TENSORS) {
          OnnxTensor actual =
              (OnnxTensor) result.get().get(PreparedNames.KEPT + cached.name).orElseThrow();
          long[] shape = cached.shape.clone();
          resize.apply(cached, shape);
          assertThat(actual.getInfo().getShape()).containsExactly(shape);
          assertThat(actual.getByteBuffer().order(ByteOrder.nativeOrder()))
              .as(cached.name)
              .isEqualTo(expected(cached, shape, source));
        }
      }
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  /** Copies element by element. */
  private static ByteBuffer expected(Cached cached, long[] shape, Source source) {
    int bytes = cached.type.bytes();
    ByteBuffer from = cached.values();
    ByteBuffer expected = buffer(count(shape) * bytes);
    for (int element = 0; element < count(shape); element++) {
      long[] index = new long[shape.length];
      int rest = element;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index[axis] = rest % shape[axis];
        rest /= (int) shape[axis];
      }
      long at = 0;
      long[] there = source.of(cached, index);
      for (int axis = 0; axis < shape.length; axis++) {
        at = at * cached.shape[axis] + there[axis];
      }
      expected.put(from.slice((int) at * bytes, bytes));
    }
    return expected.flip();
  }

  private static int count(long[] shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    return count;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
