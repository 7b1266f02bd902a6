package dev.aligner.onnx.internal.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** The types of what graphs read and write. */
enum ElementType {
  FLOAT(OnnxJavaType.FLOAT, 1, Float.BYTES),
  FLOAT16(OnnxJavaType.FLOAT16, 10, Short.BYTES),
  BFLOAT16(OnnxJavaType.BFLOAT16, 16, Short.BYTES),
  INT64(OnnxJavaType.INT64, 7, Long.BYTES),
  INT32(OnnxJavaType.INT32, 6, Integer.BYTES),
  INT8(OnnxJavaType.INT8, 3, 1),
  UINT8(OnnxJavaType.UINT8, 2, 1),
  BOOL(OnnxJavaType.BOOL, 9, 1),
  OTHER(OnnxJavaType.UNKNOWN, 0, 1);

  private final OnnxJavaType ort;
  private final int onnx;
  private final int bytes;

  ElementType(OnnxJavaType ort, int onnx, int bytes) {
    this.ort = ort;
    this.onnx = onnx;
    this.bytes = bytes;
  }

  static ElementType of(OnnxJavaType ort) {
    for (ElementType type : values()) {
      if (type.ort == ort) {
        return type;
      }
    }
    return OTHER;
  }

  /** Returns the number of this type in ONNX's TensorProto.DataType. */
  int onnxType() {
    return onnx;
  }

  /** Returns this type in ONNX Runtime's Java API. */
  OnnxJavaType javaType() {
    return ort;
  }

  /** Returns the size of one element. */
  int bytes() {
    return bytes;
  }

  /** Tells whether hidden states, caches and logits may have this type. */
  boolean isFloating() {
    return this == FLOAT || this == FLOAT16 || this == BFLOAT16;
  }

  /** Tells whether ids and masks may have this type. */
  boolean isInteger() {
    return this == INT64 || this == INT32;
  }

  /**
   * Makes a tensor over a direct buffer, which is not copied.
   *
   * @param buffer the elements in native byte order, from position to limit
   */
  OnnxTensor tensor(OrtEnvironment environment, ByteBuffer buffer, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, buffer, shape, ort);
  }

  /** Makes a tensor without elements. */
  OnnxTensor emptyTensor(OrtEnvironment environment, long... shape) throws OrtException {
    return tensor(environment, ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder()), shape);
  }

  /** Appends an integer to a buffer of this type. */
  void put(ByteBuffer buffer, long value) {
    if (this == INT64) {
      buffer.putLong(value);
    } else {
      buffer.putInt((int) value);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
