/**
 * Tensors in memory of a device, which ONNX Runtime's Java API cannot make: the only room that
 * knows ONNX Runtime's C API, and private parts of its Java binding. {@link
 * dev.aligner.onnx.internal.session.binding.DeviceMemory} is the entry point.
 */
@NullMarked
package dev.aligner.onnx.internal.session.binding;

import org.jspecify.annotations.NullMarked;
