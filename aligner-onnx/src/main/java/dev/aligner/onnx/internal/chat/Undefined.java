package dev.aligner.onnx.internal.chat;

/**
 * What a missing name or attribute gives: empty, false, and an error as soon as more is asked of
 * it.
 *
 * @param problem what the error says
 */
record Undefined(String problem) {

  static Undefined of(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  TemplateException error() {
    return new TemplateException(problem);
  }
}
