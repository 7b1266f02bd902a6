package dev.aligner.onnx.internal.batch;

/** What the thread of a job has to do next. */
enum Turn {
  /** Nothing yet. */
  WAIT,
  /** Ask whether the call was ended. */
  CHECK,
  /** Let the listener hear of tokens. */
  LISTEN,
  /** Take the steps of the run. */
  DRIVE,
  /** Return the result. */
  RETURN
}
