/**
 * The one room that knows ONNX Runtime: sessions, tensors, KV caches, and the guard around every
 * native handle.
 */
@NullMarked
package dev.aligner.onnx.internal.session;

import org.jspecify.annotations.NullMarked;
