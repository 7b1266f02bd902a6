package dev.aligner.onnx.internal.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why ONNX Runtime refuses a graph that asks for an operator, an opset or a file format that it
 * does not have, told from its message.
 *
 * @param found what the graph asks for
 * @param fix what to do about it
 */
record UnsupportedOperator(String found, String fix) {

  private static final String NEWER =
      "use a newer ONNX Runtime, or export the model without this operator";

  /** A message of ONNX Runtime, and what it means. Names are a model's, and so of any length. */
  private record Rule(Pattern message, Function<MatchResult, UnsupportedOperator> meaning) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "error: (\\S{1,99}):(\\S{1,99})\\(-?\\d+\\) is not a registered function/op",
              m -> of("operator " + m.group(1) + "." + m.group(2) + ", which it does not have")),
          rule(
              "No Op registered for (\\S{1,99}) with domain_version of (\\d+)",
              m -> of("operator " + m.group(1) + ", which opset " + m.group(2) + " does not have")),
          rule(
              "Op registered for (\\S{1,99}) is deprecated in domain_version of (\\d+)",
              m ->
                  new UnsupportedOperator(
                      "operator " + m.group(1) + ", which opset " + m.group(2) + " has no more",
                      "export the model again, with a newer exporter")),
          rule(
              "Could not find an implementation for (\\S{1,99})\\((\\d+)\\) node",
              m ->
                  of(
                      "operator "
                          + m.group(1)
                          + " of opset "
                          + m.group(2)
                          + ", with types for which it has no implementation")),
          rule(
              "Type '(\\S{1,99})' of input parameter \\(.{0,99}\\) of operator \\((\\S{1,99})\\)",
              m -> of("operator " + m.group(2) + " on a " + m.group(1) + ", which it cannot do")),
          rule(
              "Opset (\\d+) is under development.{1,999} domain (\\S{1,99}) is till opset (\\d+)",
              m -> version("opset " + m.group(1) + " of " + m.group(2), "opset", m.group(3))),
          rule(
              "Unsupported model IR version: (\\d+), max supported IR version: (\\d+)",
              m -> version("IR version " + m.group(1), "IR version", m.group(2))));

  private static Rule rule(String message, Function<MatchResult, UnsupportedOperator> meaning) {
    return new Rule(Pattern.compile(message), meaning);
  }

  private static UnsupportedOperator of(String found) {
    return new UnsupportedOperator(found, NEWER);
  }

  private static UnsupportedOperator version(String found, String what, String newest) {
    return new UnsupportedOperator(
        found + ", newer than the newest it has, " + newest,
        "export the model with " + what + " " + newest + " or lower, or use a newer ONNX Runtime");
  }

  /**
   * Reads a message of ONNX Runtime.
   *
   * @param message what it says of a graph that it does not load
   * @return the reason, if it is one of these
   */
  static Optional<UnsupportedOperator> in(String message) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.message.matcher(message);
      if (matcher.find()) {
        return Optional.of(rule.meaning.apply(matcher));
      }
    }
    return Optional.empty();
  }
}
