package dev.aligner.onnx.internal.session.binding;

import ai.onnxruntime.OrtSession;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import dev.aligner.onnx.internal.session.binding.OrtApi.Entry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that ONNX Runtime manages for a session on a device: blocks of it hold tensors that
 * sessions on the same device read and write without a copy. Thread-safe; whoever closes it makes
 * sure that the session is still open.
 */
public final class DeviceMemory implements AutoCloseable {

  private static final int ARENA = 1;
  private static final int DEFAULT_MEMORY = 0;

  private final JavaBinding binding;
  private final OrtApi api;
  private final long info;
  private final long allocator;
  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger blocks = new AtomicInteger();

  private DeviceMemory(JavaBinding binding, OrtApi api, long info, long allocator, long limit) {
    this.binding = binding;
    this.api = api;
    this.info = info;
    this.allocator = allocator;
    this.limit = limit;
  }

  /**
   * Asks a session for the memory of its device.
   *
   * @param session a session that has the device; open for as long as what is returned
   * @param device what ONNX Runtime calls the device: {@code Cpu} or {@code Cuda}
   * @param id the number of the device
   * @param limit the most bytes that blocks may take together
   * @return the memory; the caller closes it
   * @throws BindingUnavailableException if this ONNX Runtime is not one that this can be done with
   */
  public static DeviceMemory open(OrtSession session, String device, int id, long limit)
      throws BindingUnavailableException {
    JavaBinding binding = JavaBinding.find();
    OrtApi api = OrtApi.of(binding.apiTable());
    try (Memory out = new Memory(Native.POINTER_SIZE)) {
      api.call(Entry.CREATE_MEMORY_INFO, device, ARENA, id, DEFAULT_MEMORY, out);
      long info = out.getLong(0);
      try {
        api.call(
            Entry.CREATE_ALLOCATOR,
            new Pointer(binding.addressOf(session)),
            new Pointer(info),
            out);
      } catch (RuntimeException e) {
        api.release(Entry.RELEASE_MEMORY_INFO, info);
        throw e;
      }
      return new DeviceMemory(binding, api, info, out.getLong(0), limit);
    } catch (OrtApi.NativeCallException e) {
      throw new BindingUnavailableException(
          "ONNX Runtime gives no memory of " + device + " " + id + ": " + e.getMessage(), e);
    }
  }

  /**
   * Takes a block.
   *
   * @param bytes its size; at least 1
   * @return the block; the caller closes it before this
   * @throws OutOfDeviceMemoryException if there is not so much
   */
  public DeviceBlock allocate(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      throw new OutOfDeviceMemoryException(
          "expected at most " + limit + " bytes of caches, found a need of " + bytes + " more",
          null);
    }
    long scratch = Native.malloc(DeviceBlock.SCRATCH_BYTES);
    try {
      Pointer out = new Pointer(scratch);
      api.call(Entry.ALLOCATOR_ALLOC, new Pointer(allocator), bytes, out);
      long address = out.getLong(0);
      if (address == 0) {
        throw new OutOfDeviceMemoryException("found no " + bytes + " bytes", null);
      }
      blocks.incrementAndGet();
      return new DeviceBlock(this, address, bytes, scratch);
    } catch (RuntimeException | Error e) {
      used.addAndGet(-bytes);
      Native.free(scratch);
      throw e;
    }
  }

  /** Returns the memory of a block. */
  void free(long address, long bytes) {
    api.call(Entry.ALLOCATOR_FREE, new Pointer(allocator), new Pointer(address));
    used.addAndGet(-bytes);
    blocks.decrementAndGet();
  }

  OrtApi api() {
    return api;
  }

  JavaBinding binding() {
    return binding;
  }

  Pointer info() {
    return new Pointer(info);
  }

  /**
   * Returns the memory to the session.
   *
   * @throws IllegalStateException if a block is still open, which keeps its memory then
   */
  @Override
  public void close() {
    int open = blocks.get();
    if (open > 0) {
      throw new IllegalStateException(open + " blocks of device memory are still open");
    }
    api.release(Entry.RELEASE_ALLOCATOR, allocator);
    api.release(Entry.RELEASE_MEMORY_INFO, info);
  }
}
