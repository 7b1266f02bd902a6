package dev.aligner.onnx.internal.session;

import dev.aligner.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers that generations use one after the other. ONNX Runtime reads and writes them
 * without a copy; the garbage collector alone frees direct memory, so buffers are used again rather
 * than allocated for each generation. Thread-safe.
 */
final class DirectBuffers {

  private static final long MAX_IDLE_BYTES = 64L << 20;
  private static final int SMALLEST = 4096;

  /** Idle buffers by capacity: a small request does not take the buffer that a large one needs. */
  private final Map<Integer, Deque<ByteBuffer>> idle = new ConcurrentHashMap<>();

  private final AtomicLong idleBytes = new AtomicLong();

  /**
   * Multiplies sizes.
   *
   * @throws InferenceException if no buffer can be so large
   */
  static int bytes(int first, long... others) {
    long bytes = first;
    for (long other : others) {
      bytes *= other;
      if (bytes > Integer.MAX_VALUE) {
        throw new InferenceException(
            "a tensor of the generation is too large: expected less than 2 GiB. Fix: shorten the"
                + " prompt, or take fewer beams or rows at a time",
            null);
      }
    }
    return (int) bytes;
  }

  /** Returns a slot that holds no buffer yet. */
  Slot slot() {
    return new Slot();
  }

  private ByteBuffer take(int bytes) {
    int capacity = capacityFor(bytes);
    ByteBuffer buffer = idleOf(capacity).poll();
    if (buffer == null) {
      return ByteBuffer.allocateDirect(capacity);
    }
    idleBytes.addAndGet(-capacity);
    return buffer;
  }

  private void giveBack(ByteBuffer buffer) {
    int capacity = buffer.capacity();
    if (idleBytes.addAndGet(capacity) > MAX_IDLE_BYTES) {
      idleBytes.addAndGet(-capacity);
    } else {
      idleOf(capacity).push(buffer);
    }
  }

  private Deque<ByteBuffer> idleOf(int capacity) {
    return idle.computeIfAbsent(capacity, unseen -> new ConcurrentLinkedDeque<>());
  }

  /** Rounds up to a power of two, but for what is too large for one. */
  private static int capacityFor(int bytes) {
    int powerOfTwo = Integer.highestOneBit(Math.max(SMALLEST, bytes) - 1) << 1;
    return powerOfTwo > 0 ? powerOfTwo : bytes;
  }

  /** One buffer of one generation, which grows when more is asked for. Not thread-safe. */
  final class Slot implements AutoCloseable {

    private @Nullable ByteBuffer buffer;

    private Slot() {}

    /**
     * Returns the first bytes of the buffer. What it held is kept unless it had to grow; earlier
     * views are not to be used any more then.
     *
     * @param bytes the size of the view
     * @return a view in native byte order, position 0
     */
    ByteBuffer atLeast(int bytes) {
      ByteBuffer current = buffer;
      if (current == null || current.capacity() < bytes) {
        close();
        current = take(bytes);
        buffer = current;
      }
      return current.slice(0, bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
      ByteBuffer current = buffer;
      buffer = null;
      if (current != null) {
        giveBack(current);
      }
    }
  }
}
