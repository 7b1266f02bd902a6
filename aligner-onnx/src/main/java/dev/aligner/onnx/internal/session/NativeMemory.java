package dev.aligner.onnx.internal.session;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.aligner.InferenceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the heap that is freed when it is closed, not when the garbage collector comes
 * by, and that takes no pages before they are written: a cache may be given room to grow. The JVM's
 * limit of direct memory does not count it.
 */
final class NativeMemory implements AutoCloseable {

  private final long address;
  private final ByteBuffer buffer;

  private NativeMemory(long address, ByteBuffer buffer) {
    this.address = address;
    this.buffer = buffer;
  }

  /**
   * Takes memory, which is not zeroed.
   *
   * @throws InferenceException if there is not so much
   */
  static NativeMemory of(int bytes) {
    long address = Native.malloc(bytes);
    if (address == 0) {
      throw new InferenceException(
          "out of native memory: expected "
              + bytes
              + " more bytes, found less. Fix: shorten the prompt, take fewer beams or rows at a"
              + " time, or give the process more memory",
          null);
    }
    return new NativeMemory(
        address, new Pointer(address).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()));
  }

  int capacity() {
    return buffer.capacity();
  }

  /**
   * Returns the first bytes. No view is to be used once this is closed.
   *
   * @return a view in native byte order, position 0
   */
  ByteBuffer view(int bytes) {
    return buffer.slice(0, bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    Native.free(address);
  }
}
