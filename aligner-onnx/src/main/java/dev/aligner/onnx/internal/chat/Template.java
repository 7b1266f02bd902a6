package dev.aligner.onnx.internal.chat;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;

/** A parsed template. Immutable and thread-safe. */
final class Template {

  /** Real templates have up to 20,000 characters. */
  private static final int LONGEST = 1_000_000;

  private final Statement.Body body;
  private final int length;

  private Template(Statement.Body body, int length) {
    this.body = body;
    this.length = length;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it is malformed or uses what is not supported here
   */
  static Template parse(String source) {
    if (source.length() > LONGEST) {
      throw new TemplateException("it has more than " + LONGEST + " characters");
    }
    return new Template(StatementParser.parse(source), source.length());
  }

  /**
   * Renders it.
   *
   * @param values values by their names, as {@link Values} knows them
   * @param inputLength characters of the values
   * @param now what it takes for the time
   * @throws TemplateException if it fails, refuses the values or goes beyond the bounds of a run
   */
  String render(Map<String, Object> values, long inputLength, LocalDateTime now) {
    Map<String, Object> names = new HashMap<>(Functions.ALL);
    names.putAll(values);
    Run run = new Run(length + inputLength, now);
    Output output = new Output(run);
    // Macros see what is set at the top, so the top is a scope like any other.
    body.run(Scope.of(names, run).inner(), output);
    return output.toString();
  }
}
