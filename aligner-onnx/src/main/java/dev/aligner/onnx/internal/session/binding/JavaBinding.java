package dev.aligner.onnx.internal.session.binding;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/**
 * The private parts of ONNX Runtime's Java binding that tensors on a device need: where the table
 * of the C API lies, the address of a session, and the constructor of a tensor around an address.
 * All are looked up at once, and checked, before any is used. Thread-safe.
 */
final class JavaBinding {

  private static final long NO_ALLOCATOR = 0;

  private final long apiTable;
  private final Field sessionHandle;
  private final Constructor<OnnxTensor> tensor;
  private final Constructor<TensorInfo> tensorInfo;

  private JavaBinding(
      long apiTable,
      Field sessionHandle,
      Constructor<OnnxTensor> tensor,
      Constructor<TensorInfo> tensorInfo) {
    this.apiTable = apiTable;
    this.sessionHandle = sessionHandle;
    this.tensor = tensor;
    this.tensorInfo = tensorInfo;
  }

  /**
   * Looks the parts up in the binding on the class path.
   *
   * @throws BindingUnavailableException if one is not as expected
   */
  static JavaBinding find() throws BindingUnavailableException {
    return find("ai.onnxruntime.OnnxRuntime", "ortApiHandle", OrtSession.class, "nativeHandle");
  }

  /** Looks the parts up under names that a test may change. */
  static JavaBinding find(
      String runtimeClass, String tableField, Class<?> sessionClass, String sessionField)
      throws BindingUnavailableException {
    try {
      Field table = Class.forName(runtimeClass).getDeclaredField(tableField);
      Field session = sessionClass.getDeclaredField(sessionField);
      requireLong(table, /* isStatic= */ true);
      requireLong(session, /* isStatic= */ false);
      table.setAccessible(true);
      session.setAccessible(true);
      Constructor<OnnxTensor> tensor =
          OnnxTensor.class.getDeclaredConstructor(long.class, long.class, TensorInfo.class);
      tensor.setAccessible(true);
      Constructor<TensorInfo> info =
          TensorInfo.class.getDeclaredConstructor(
              long[].class, OnnxJavaType.class, TensorInfo.OnnxTensorType.class);
      info.setAccessible(true);
      long address = table.getLong(null);
      if (address == 0) {
        throw new BindingUnavailableException("ONNX Runtime is not loaded", null);
      }
      return new JavaBinding(address, session, tensor, info);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new BindingUnavailableException(
          "ONNX Runtime's Java binding is not as expected: " + e, e);
    }
  }

  private static void requireLong(Field field, boolean isStatic) throws NoSuchFieldException {
    if (field.getType() != long.class || Modifier.isStatic(field.getModifiers()) != isStatic) {
      throw new NoSuchFieldException(field + " is another field than expected");
    }
  }

  /** Returns the address of the C API's table. */
  long apiTable() {
    return apiTable;
  }

  /** Returns the address of a session, which is open. */
  long addressOf(OrtSession session) {
    try {
      return sessionHandle.getLong(session);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("ONNX Runtime's session hides its address again", e);
    }
  }

  /**
   * Makes a tensor of Java's binding that owns a native one.
   *
   * @param address the address of the native tensor
   */
  OnnxTensor tensor(long address, OnnxJavaType type, long[] shape) {
    try {
      TensorInfo info =
          tensorInfo.newInstance(shape, type, TensorInfo.OnnxTensorType.mapFromJavaType(type));
      return tensor.newInstance(address, NO_ALLOCATOR, info);
    } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("ONNX Runtime's tensor does not take an address", e);
    }
  }
}
