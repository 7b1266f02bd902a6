package dev.aligner.onnx.internal.chat;

/** What a template puts out, charged as it grows. */
final class Output {

  private final StringBuilder text = new StringBuilder();
  private final Run run;

  Output(Run run) {
    this.run = run;
  }

  void append(String part) {
    text.append(run.charged(part));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
