package dev.aligner.onnx.internal.chat;

/**
 * A template that is malformed, fails, refuses its messages or does not end. Never leaves the room.
 */
final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TemplateException(String message) {
    super(message);
  }
}
