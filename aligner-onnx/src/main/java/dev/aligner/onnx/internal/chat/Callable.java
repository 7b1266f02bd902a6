package dev.aligner.onnx.internal.chat;

/**
 * What a template may call: functions, methods and macros, all written here; never a Java method.
 */
@FunctionalInterface
interface Callable {

  /**
   * Calls it.
   *
   * @param args the arguments
   * @param run the rendering this is part of
   * @return a value
   */
  Object call(Args args, Run run);
}
