package dev.aligner.onnx.internal.session;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private final ConcurrentLinkedDeque<ByteBuffer> idle = new ConcurrentLinkedDeque<>();
  private final AtomicLong idleBytes = new AtomicLong();

  /** Returns a slot that holds no buffer yet. */
  Slot slot() {
    return new Slot();
  }

  private ByteBuffer take(int bytes) {
    for (ByteBuffer buffer : idle) {
      if (buffer.capacity() >= bytes && idle.remove(buffer)) {
        idleBytes.addAndGet(-buffer.capacity());
        return buffer;
      }
    }
    int rounded = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
    return ByteBuffer.allocateDirect(rounded > 0 ? rounded : bytes).order(ByteOrder.nativeOrder());
  }

  private void giveBack(ByteBuffer buffer) {
    if (idleBytes.addAndGet(buffer.capacity()) > MAX_IDLE_BYTES) {
      idleBytes.addAndGet(-buffer.capacity());
    } else {
      idle.push(buffer);
    }
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
