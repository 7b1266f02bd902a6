package dev.aligner.onnx.internal.session.binding;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.aligner.onnx.internal.decode.OutOfDeviceMemoryException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The functions of ONNX Runtime's C API that make tensors on a device, out of the table of the very
 * library that the Java binding loaded. Thread-safe.
 *
 * <p>The table only ever grows at its end: a function has kept its place since it was added, all of
 * these by version 1.10 [1]. What a place holds is checked against the library's own code before it
 * is called, where the system tells ({@link CodeRange}), and a call whose result is known is made
 * first.
 *
 * <p>[1] onnxruntime_c_api.h of 1.29.0 and the size checks in onnxruntime_c_api.cc
 */
final class OrtApi {

  private static final int OK_CODE = 0;
  private static final int FAIL_CODE = 1;

  /** The functions by their places in the table. */
  enum Entry {
    CREATE_STATUS(0),
    GET_ERROR_CODE(1),
    GET_ERROR_MESSAGE(2),
    CREATE_TENSOR_WITH_DATA(49),
    CREATE_MEMORY_INFO(68),
    ALLOCATOR_ALLOC(75),
    ALLOCATOR_FREE(76),
    RELEASE_STATUS(93),
    RELEASE_MEMORY_INFO(94),
    RELEASE_VALUE(96),
    CREATE_ALLOCATOR(131),
    RELEASE_ALLOCATOR(132);

    private final int place;

    Entry(int place) {
      this.place = place;
    }
  }

  private final Map<Entry, Function> functions = new EnumMap<>(Entry.class);

  private OrtApi() {}

  /**
   * Reads the table, and checks it.
   *
   * @throws BindingUnavailableException if it is not the expected one
   */
  static OrtApi of(long table) throws BindingUnavailableException {
    OrtApi api = new OrtApi();
    CodeRange code = CodeRange.ofOnnxRuntime();
    code.require("the table", table, (long) Entry.RELEASE_ALLOCATOR.place * Native.POINTER_SIZE);
    Pointer pointer = new Pointer(table);
    for (Entry entry : Entry.values()) {
      Pointer function = pointer.getPointer((long) entry.place * Native.POINTER_SIZE);
      long address = Pointer.nativeValue(function);
      code.requireCode(entry.name(), address);
      api.functions.put(entry, Function.getFunction(function));
    }
    api.checkStatus();
    return api;
  }

  /** Makes a status and reads it again. */
  private void checkStatus() throws BindingUnavailableException {
    String message = "probe";
    Pointer status =
        (Pointer) function(Entry.CREATE_STATUS).invoke(Pointer.class, args(FAIL_CODE, message));
    String found = status == null ? "no status" : code(status) + " " + text(status);
    if (status != null) {
      release(Entry.RELEASE_STATUS, Pointer.nativeValue(status));
    }
    if (!found.equals(FAIL_CODE + " " + message)) {
      throw new BindingUnavailableException(
          "the table of ONNX Runtime's C API is not as expected: expected a status of "
              + FAIL_CODE
              + " "
              + message
              + ", found "
              + found,
          null);
    }
  }

  private Function function(Entry entry) {
    return Objects.requireNonNull(functions.get(entry));
  }

  private int code(Pointer status) {
    return function(Entry.GET_ERROR_CODE).invokeInt(args(status));
  }

  private String text(Pointer status) {
    Pointer text = (Pointer) function(Entry.GET_ERROR_MESSAGE).invoke(Pointer.class, args(status));
    return text == null ? "" : text.getString(0, StandardCharsets.UTF_8.name());
  }

  /**
   * Calls a function that returns a status.
   *
   * @throws OutOfDeviceMemoryException if the device has no memory left
   * @throws NativeCallException if the call fails otherwise
   */
  void call(Entry entry, Object... arguments) {
    Pointer status = (Pointer) function(entry).invoke(Pointer.class, arguments);
    if (status == null) {
      return;
    }
    int code = code(status);
    String message = text(status);
    release(Entry.RELEASE_STATUS, Pointer.nativeValue(status));
    if (code != OK_CODE) {
      if (OutOfDeviceMemoryException.isToldBy(message)) {
        throw new OutOfDeviceMemoryException(message, null);
      }
      throw new NativeCallException(entry + ": " + message);
    }
  }

  /** Releases what another function made. */
  void release(Entry entry, long address) {
    function(entry).invokeVoid(args(new Pointer(address)));
  }

  private static Object[] args(Object... arguments) {
    return arguments;
  }

  /** A call of the C API failed. */
  static final class NativeCallException extends RuntimeException {

    private static final long serialVersionUID = 1;

    NativeCallException(String message) {
      super(message);
    }
  }
}
