package dev.aligner.onnx.internal.session;

import dev.aligner.InferenceException;
import dev.aligner.onnx.internal.lifecycle.CloseAll;
import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Buffers outside of the heap that generations use one after the other. ONNX Runtime reads and
 * writes them without a copy. Thread-safe; whoever closes it makes sure that no slot is in use.
 */
final class DirectBuffers implements AutoCloseable {

  private static final long MAX_IDLE_BYTES = 64L << 20;
  private static final int SMALLEST = 4096;

  /** Idle buffers by capacity: a small request does not take the buffer that a large one needs. */
  private final Map<Integer, Deque<NativeHandle<NativeMemory>>> idle = new ConcurrentHashMap<>();

  private final AtomicLong idleBytes = new AtomicLong();
  private final Map<Use, AtomicLong> shared = new EnumMap<>(Use.class);
  private volatile boolean closed;

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

  DirectBuffers() {
    for (Use use : Use.values()) {
      shared.put(use, new AtomicLong());
    }
  }

  /** Returns a slot that holds no buffer yet. */
  Slot slot(Use use) {
    return new Slot(use);
  }

  private AtomicLong counter(Use use) {
    return Objects.requireNonNull(shared.get(use));
  }

  /** Counts bytes of a tensor that a run takes from Java's memory or leaves there. */
  void count(Use use, long bytes) {
    counter(use).addAndGet(bytes);
  }

  /** Returns how many bytes runs took from Java's memory or left there so far. */
  long shared(Use use) {
    return counter(use).get();
  }

  private NativeHandle<NativeMemory> take(int bytes) {
    int capacity = capacityFor(bytes);
    NativeHandle<NativeMemory> memory = idleOf(capacity).poll();
    if (memory == null) {
      return NativeHandle.of("a buffer", NativeMemory.of(capacity));
    }
    idleBytes.addAndGet(-capacity);
    return memory;
  }

  private void giveBack(NativeHandle<NativeMemory> memory) {
    int capacity = memory.get().capacity();
    if (idleBytes.addAndGet(capacity) <= MAX_IDLE_BYTES && !closed) {
      idleOf(capacity).push(memory);
    } else {
      idleBytes.addAndGet(-capacity);
      memory.close();
    }
  }

  private Deque<NativeHandle<NativeMemory>> idleOf(int capacity) {
    return idle.computeIfAbsent(capacity, unseen -> new ConcurrentLinkedDeque<>());
  }

  /** Rounds up to a power of two, but for what is too large for one. */
  private static int capacityFor(int bytes) {
    int powerOfTwo = Integer.highestOneBit(Math.max(SMALLEST, bytes) - 1) << 1;
    return powerOfTwo > 0 ? powerOfTwo : bytes;
  }

  /** Frees what is idle. */
  @Override
  public void close() {
    closed = true;
    CloseAll all = new CloseAll();
    idle.values().forEach(buffers -> buffers.forEach(all::add));
    idle.clear();
    idleBytes.set(0);
    all.close();
  }

  /** What tensors are for. */
  enum Use {
    /** What Java makes for a run: ids, masks and positions. */
    FEED,
    /** What Java reads of a run: best ids, or logits. */
    SCORES,
    /** What stays from run to run: caches, and what the encoder gave. */
    CACHE
  }

  /**
   * One buffer of one generation, which grows when more is asked for: what has become too small is
   * freed at once, since all that grows with an output outgrows it together. Not thread-safe.
   */
  final class Slot implements AutoCloseable {

    private final Use use;
    private @Nullable NativeHandle<NativeMemory> memory;

    private Slot(Use use) {
      this.use = use;
    }

    /**
     * Returns the first bytes of the buffer. What it held is kept unless it had to grow; earlier
     * views are not to be used any more then.
     *
     * @param bytes the size of the view
     * @return a view in native byte order, position 0
     */
    ByteBuffer atLeast(int bytes) {
      return atLeast(bytes, bytes);
    }

    /**
     * Returns the first bytes of the buffer, as {@link #atLeast(int)}.
     *
     * @param bytes the size of the view
     * @param room the size of the buffer if it has to grow; what is not written costs no memory
     */
    ByteBuffer atLeast(int bytes, int room) {
      NativeHandle<NativeMemory> current = memory;
      if (current == null || current.get().capacity() < bytes) {
        if (current != null) {
          memory = null;
          current.close();
        }
        current = take(Math.max(bytes, room));
        memory = current;
      }
      count(use, bytes);
      return current.get().view(bytes);
    }

    @Override
    public void close() {
      NativeHandle<NativeMemory> current = memory;
      memory = null;
      if (current != null) {
        giveBack(current);
      }
    }
  }
}
