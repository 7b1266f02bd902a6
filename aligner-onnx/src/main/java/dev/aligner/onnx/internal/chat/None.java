package dev.aligner.onnx.internal.chat;

/** Python's None. */
enum None {
  NONE
}
