package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.List;

/** Python's operators. */
final class Operators {

  private Operators() {}

  static boolean compare(String operator, Object left, Object right, Run run) {
    return switch (operator) {
      case "==" -> Values.areEqual(left, right, run);
      case "!=" -> !Values.areEqual(left, right, run);
      case "in" -> Values.contains(right, left, run);
      case "not in" -> !Values.contains(right, left, run);
      default -> {
        check(left);
        check(right);
        int order = Values.compare(left, right, run);
        yield switch (operator) {
          case "<" -> order < 0;
          case "<=" -> order <= 0;
          case ">" -> order > 0;
          default -> order >= 0;
        };
      }
    };
  }

  static Object apply(String operator, Object left, Object right, Run run) {
    check(left);
    check(right);
    if (Values.isNumber(left) && Values.isNumber(right)) {
      try {
        return left instanceof Double || right instanceof Double || operator.equals("/")
            ? ofDoubles(operator, Values.toDouble(left), Values.toDouble(right))
            : ofLongs(operator, Values.toLong(left), Values.toLong(right));
      } catch (ArithmeticException e) {
        throw new TemplateException(e.getMessage() + " in '" + operator + "'");
      }
    } else if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      run.characters((long) a.length() + b.length());
      return a + b;
    } else if (operator.equals("+")
        && left instanceof List<?> a
        && right instanceof List<?> b
        && (left instanceof Tuple) == (right instanceof Tuple)) {
      run.steps((long) a.size() + b.size());
      List<Object> both = new ArrayList<>(a);
      both.addAll(b);
      return left instanceof Tuple ? new Tuple(both) : both;
    } else if (operator.equals("*") && isInteger(right)) {
      return repeat(left, Values.toLong(right), run);
    } else if (operator.equals("*") && isInteger(left)) {
      return repeat(right, Values.toLong(left), run);
    }
    throw new TemplateException(
        "'"
            + operator
            + "' is not supported between "
            + Values.typeOf(left)
            + " and "
            + Values.typeOf(right));
  }

  static Object sign(String operator, Object operand) {
    check(operand);
    boolean minus = operator.equals("-");
    if (operand instanceof Double number) {
      return minus ? -number : number;
    } else if (isInteger(operand)) {
      try {
        return minus ? Math.negateExact(Values.toLong(operand)) : Values.toLong(operand);
      } catch (ArithmeticException e) {
        throw new TemplateException(e.getMessage() + " in '-'");
      }
    }
    throw new TemplateException(
        "'" + operator + "' is not supported for " + Values.typeOf(operand));
  }

  private static void check(Object operand) {
    if (operand instanceof Undefined undefined) {
      throw undefined.error();
    }
  }

  private static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  private static Object repeat(Object value, long times, Run run) {
    int count = (int) Math.max(0, Math.min(Integer.MAX_VALUE, times));
    if (value instanceof String text) {
      run.characters((long) count * text.length());
      return text.repeat(count);
    } else if (value instanceof List<?> list) {
      run.steps((long) count * list.size());
      List<Object> result = new ArrayList<>();
      for (int i = 0; i < count && !list.isEmpty(); i++) {
        result.addAll(list);
      }
      return value instanceof Tuple ? new Tuple(result) : result;
    }
    throw new TemplateException("'*' is not supported for " + Values.typeOf(value));
  }

  private static double ofDoubles(String operator, double left, double right) {
    if (right == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
      throw new ArithmeticException("division by zero");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      case "%" -> left - right * Math.floor(left / right);
      default -> Math.pow(left, right);
    };
  }

  private static Object ofLongs(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      case "*" -> Math.multiplyExact(left, right);
      case "//" ->
          left == Long.MIN_VALUE && right == -1
              ? Math.negateExact(left)
              : Math.floorDiv(left, right);
      case "%" -> Math.floorMod(left, right);
      default -> power(left, right);
    };
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow((double) base, (double) exponent);
    }
    long result = 1;
    long factor = base;
    for (long e = exponent; e > 0; e >>= 1) {
      if ((e & 1) == 1) {
        result = Math.multiplyExact(result, factor);
      }
      if (e > 1) {
        factor =
            factor == 1 || factor == 0 || factor == -1
                ? factor * factor
                : Math.multiplyExact(factor, factor);
      }
    }
    return result;
  }
}
