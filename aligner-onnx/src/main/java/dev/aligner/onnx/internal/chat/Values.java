package dev.aligner.onnx.internal.chat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the values of a template mean. They are Java's {@code String}, {@code Long}, {@code Double},
 * {@code Boolean}, {@code List} and {@code Map}, and {@link None}, {@link Undefined}, {@link
 * Tuple}, {@link Attributes} and {@link Callable}. Lists and maps are never changed once they are
 * made.
 */
final class Values {

  private Values() {}

  static String typeOf(Object value) {
    if (value instanceof String) {
      return "a string";
    } else if (value instanceof Long) {
      return "an integer";
    } else if (value instanceof Double) {
      return "a float";
    } else if (value instanceof Boolean) {
      return "a boolean";
    } else if (value instanceof Tuple) {
      return "a tuple";
    } else if (value instanceof List) {
      return "a list";
    } else if (value instanceof Map) {
      return "a dict";
    } else if (value == None.NONE) {
      return "None";
    } else if (value instanceof Undefined) {
      return "an undefined value";
    }
    return value instanceof Callable ? "a function" : "an object";
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    } else if (value instanceof String text) {
      return !text.isEmpty();
    } else if (value instanceof Long number) {
      return number != 0;
    } else if (value instanceof Double number) {
      return number != 0;
    } else if (value instanceof List<?> list) {
      return !list.isEmpty();
    } else if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  /** Writes a value as a template puts it out. */
  static String str(Object value, Run run) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof Undefined) {
      return "";
    }
    StringBuilder result = new StringBuilder();
    repr(value, result, run);
    return result.toString();
  }

  /** Writes a value as Python's {@code repr} does. */
  static void repr(Object value, StringBuilder result, Run run) {
    run.enter();
    int start = result.length();
    if (value instanceof String text) {
      result.append(PyStrings.repr(run.charged(text)));
    } else if (value instanceof Boolean flag) {
      result.append(flag ? "True" : "False");
    } else if (value instanceof Double number) {
      result.append(number(number));
    } else if (value == None.NONE) {
      result.append("None");
    } else if (value instanceof Undefined) {
      result.append("Undefined");
    } else if (value instanceof List<?> list) {
      boolean tuple = value instanceof Tuple;
      result.append(tuple ? "(" : "[");
      String separator = "";
      for (Object element : list) {
        result.append(separator);
        repr(element, result, run);
        separator = ", ";
      }
      result.append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
      start = result.length();
    } else if (value instanceof Map<?, ?> map) {
      result.append('{');
      String separator = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        result.append(separator);
        repr(entry.getKey(), result, run);
        result.append(": ");
        repr(entry.getValue(), result, run);
        separator = ", ";
      }
      result.append('}');
      start = result.length();
    } else {
      result.append(value instanceof Callable ? "<function>" : value.toString());
    }
    run.characters(result.length() - start);
    run.leave();
  }

  /** Writes a float as Python does. */
  static String number(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    } else if (number == 0) {
      return 1 / number < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String power =
        (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return (number < 0 ? "-" : "") + mantissa + "e" + power;
  }

  static boolean areEqual(Object a, Object b, Run run) {
    run.enter();
    try {
      if (isNumber(a) && isNumber(b)) {
        return (a instanceof Double || b instanceof Double)
            ? toDouble(a) == toDouble(b)
            : toLong(a) == toLong(b);
      } else if (a instanceof String x && b instanceof String y) {
        run.characters(Math.min(x.length(), y.length()));
        return x.equals(y);
      } else if (a instanceof List<?> x && b instanceof List<?> y) {
        return (a instanceof Tuple) == (b instanceof Tuple) && areEqual(x, y, run);
      } else if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
        return areEqual(x, y, run);
      }
      return (a instanceof Undefined && b instanceof Undefined) || a == b;
    } finally {
      run.leave();
    }
  }

  private static boolean areEqual(List<?> a, List<?> b, Run run) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!areEqual((Object) a.get(i), (Object) b.get(i), run)) {
        return false;
      }
    }
    return true;
  }

  private static boolean areEqual(Map<?, ?> a, Map<?, ?> b, Run run) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      Object other = b.get(entry.getKey());
      if (other == null || !areEqual((Object) entry.getValue(), other, run)) {
        return false;
      }
    }
    return true;
  }

  /** Compares as Python does: numbers, strings by code point, lists by their elements. */
  static int compare(Object a, Object b, Run run) {
    run.enter();
    try {
      if (isNumber(a) && isNumber(b)) {
        return a instanceof Double || b instanceof Double
            ? Double.compare(toDouble(a), toDouble(b))
            : Long.compare(toLong(a), toLong(b));
      } else if (a instanceof String x && b instanceof String y) {
        run.characters(Math.min(x.length(), y.length()));
        return compareCodePoints(x, y);
      } else if (a instanceof List<?> x && b instanceof List<?> y) {
        for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
          if (!areEqual((Object) x.get(i), (Object) y.get(i), run)) {
            return compare(x.get(i), y.get(i), run);
          }
        }
        return Integer.compare(x.size(), y.size());
      }
      throw new TemplateException(
          "cannot tell whether " + typeOf(a) + " is less than " + typeOf(b));
    } finally {
      run.leave();
    }
  }

  private static int compareCodePoints(String a, String b) {
    for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
        return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** Tells whether a container holds a value, by the operator {@code in}. */
  static boolean contains(Object container, Object value, Run run) {
    if (container instanceof String text) {
      if (value instanceof String part) {
        run.search(text, part);
        return text.contains(part);
      }
      throw new TemplateException("'in' needs a string on its left side, not " + typeOf(value));
    } else if (container instanceof List<?> list) {
      for (Object element : list) {
        if (areEqual(element, value, run)) {
          return true;
        }
      }
      return false;
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(value));
    } else if (container instanceof Undefined) {
      return false;
    }
    throw new TemplateException("'in' needs a list, a dict or a string, not " + typeOf(container));
  }

  /** Checks that a value may be the key of a dict. */
  static Object key(Object value) {
    if (value instanceof String
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value == None.NONE) {
      return value;
    }
    throw new TemplateException(typeOf(value) + " cannot be the key of a dict");
  }

  /** Returns the elements of what can be gone through. */
  static List<Object> elements(Object value, Run run) {
    List<Object> elements;
    if (value instanceof List<?> list) {
      elements = new ArrayList<>(list);
    } else if (value instanceof String text) {
      run.characters(text.length());
      elements = PyStrings.characters(text);
    } else if (value instanceof Map<?, ?> map) {
      elements = new ArrayList<>(map.keySet());
    } else if (value instanceof Undefined) {
      elements = List.of();
    } else {
      throw new TemplateException(typeOf(value) + " cannot be gone through");
    }
    run.steps(elements.size());
    return elements;
  }

  static long length(Object value, Run run) {
    if (value instanceof String text) {
      run.characters(text.length());
      return PyStrings.length(text);
    } else if (value instanceof List<?> list) {
      return list.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value instanceof Undefined) {
      return 0;
    }
    throw new TemplateException(typeOf(value) + " has no length");
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static long toLong(Object number) {
    return number instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) number).longValue();
  }

  static double toDouble(Object number) {
    return number instanceof Double value ? value : toLong(number);
  }
}
