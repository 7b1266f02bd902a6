package dev.aligner.onnx.internal.chat;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Jinja's tests, as in {@code x is defined}. */
final class Tests {

  private Tests() {}

  /** Returns a test, or null if there is none of this name. Its first argument is the value. */
  static @Nullable Callable named(String name) {
    return switch (name) {
      case "defined" -> of(name, v -> !(v instanceof Undefined));
      case "undefined" -> of(name, v -> v instanceof Undefined);
      case "none" -> of(name, v -> v == None.NONE);
      case "string" -> of(name, v -> v instanceof String);
      case "number" -> of(name, Values::isNumber);
      case "integer" -> of(name, v -> v instanceof Long);
      case "float" -> of(name, v -> v instanceof Double);
      case "boolean" -> of(name, v -> v instanceof Boolean);
      case "true" -> of(name, v -> v.equals(true));
      case "false" -> of(name, v -> v.equals(false));
      case "mapping" -> of(name, v -> v instanceof Map);
      case "sequence" ->
          of(name, v -> v instanceof String || v instanceof List || v instanceof Map);
      case "iterable" ->
          of(
              name,
              v ->
                  v instanceof String
                      || v instanceof List
                      || v instanceof Map
                      || v instanceof Undefined);
      case "callable" -> of(name, v -> v instanceof Callable);
      case "odd" -> (args, run) -> remainder(args.bind(name, "value"), 2L, run) == 1;
      case "even" -> (args, run) -> remainder(args.bind(name, "value"), 2L, run) == 0;
      case "divisibleby" ->
          (args, run) -> {
            Args.Bound bound = args.bind(name, "value", "num");
            return remainder(bound, bound.get("num"), run) == 0;
          };
      case "lower" ->
          (args, run) -> {
            String text = Values.str(args.bind(name, "value").get("value"), run);
            return text.equals(PyStrings.lower(text)) && !text.equals(PyStrings.upper(text));
          };
      case "upper" ->
          (args, run) -> {
            String text = Values.str(args.bind(name, "value").get("value"), run);
            return text.equals(PyStrings.upper(text)) && !text.equals(PyStrings.lower(text));
          };
      case "sameas" ->
          (args, run) -> {
            Args.Bound bound = args.bind(name, "value", "other");
            Object value = bound.get("value");
            Object other = bound.get("other");
            return value == other
                || (value.getClass() == other.getClass()
                    && !(value instanceof List)
                    && !(value instanceof Map)
                    && Values.areEqual(value, other, run));
          };
      case "in" -> comparison(name, "in");
      case "eq", "equalto" -> comparison(name, "==");
      case "ne" -> comparison(name, "!=");
      case "lt", "lessthan" -> comparison(name, "<");
      case "le" -> comparison(name, "<=");
      case "gt", "greaterthan" -> comparison(name, ">");
      case "ge" -> comparison(name, ">=");
      case "==", "!=", "<", "<=", ">", ">=" -> comparison(name, name);
      case "filter" ->
          (args, run) -> Filters.named(args.bind(name, "value").string("value")) != null;
      case "test" -> (args, run) -> named(args.bind(name, "value").string("value")) != null;
      default -> null;
    };
  }

  private static Callable of(String name, Predicate<Object> test) {
    return (args, run) -> test.test(args.bind(name, "value").get("value"));
  }

  private static Callable comparison(String name, String operator) {
    return (args, run) -> {
      Args.Bound bound = args.bind(name, "value", "other");
      return Operators.compare(operator, bound.get("value"), bound.get("other"), run);
    };
  }

  private static double remainder(Args.Bound bound, Object divisor, Run run) {
    Object remainder = Operators.apply("%", bound.get("value"), divisor, run);
    return Values.toDouble(remainder);
  }
}
