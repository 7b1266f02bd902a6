package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as Python's {@code json.dumps} does, which is transformers' filter {@code tojson}.
 */
final class Json {

  private final Output out;
  private final Run run;
  private final boolean ascii;
  private final boolean sorts;
  private final @Nullable String indentation;
  private final String itemSeparator;
  private final String keySeparator;

  private Json(Args.Bound bound, Run run) {
    this.out = new Output(run);
    this.run = run;
    this.ascii = Values.isTrue(bound.get("ensure_ascii", false));
    this.sorts = Values.isTrue(bound.get("sort_keys", false));
    Object indent = bound.get("indent", None.NONE);
    if (indent == None.NONE) {
      this.indentation = null;
    } else {
      this.indentation =
          indent instanceof String text ? text : (String) Operators.apply("*", " ", indent, run);
    }
    Object separators = bound.get("separators", None.NONE);
    if (separators instanceof List<?> pair && pair.size() == 2) {
      this.itemSeparator = Values.str(pair.get(0), run);
      this.keySeparator = Values.str(pair.get(1), run);
    } else {
      this.itemSeparator = indentation == null ? ", " : ",";
      this.keySeparator = ": ";
    }
  }

  static Object filter(Args args, Run run) {
    Args.Bound bound =
        args.bind("tojson", "x", "ensure_ascii", "indent", "separators", "sort_keys");
    Json json = new Json(bound, run);
    json.write(bound.get("x"), "\n");
    return json.out.toString();
  }

  private void write(Object value, String lineBreak) {
    run.enter();
    if (value instanceof String text) {
      out.append(quoted(run.charged(text)));
    } else if (value instanceof List<?> list) {
      write(list, lineBreak);
    } else if (value instanceof Map<?, ?> map) {
      write(map, lineBreak);
    } else {
      out.append(scalar(value));
    }
    run.leave();
  }

  private static String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    } else if (value instanceof Double number) {
      if (number.isNaN()) {
        return "NaN";
      }
      return number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Values.number(number);
    }
    throw new TemplateException(Values.typeOf(value) + " cannot be written as JSON");
  }

  private void write(List<?> list, String lineBreak) {
    if (list.isEmpty()) {
      out.append("[]");
      return;
    }
    String inner = indentation == null ? "" : run.charged(lineBreak + indentation);
    String separator = "[" + inner;
    for (Object element : list) {
      out.append(separator);
      write(element, inner);
      separator = itemSeparator + inner;
    }
    out.append((indentation == null ? "" : lineBreak) + "]");
  }

  private void write(Map<?, ?> map, String lineBreak) {
    if (map.isEmpty()) {
      out.append("{}");
      return;
    }
    List<Object> keys = new ArrayList<>(map.keySet());
    if (sorts) {
      run.steps(keys.size());
      keys.sort((a, b) -> Values.compare(a, b, run));
    }
    String inner = indentation == null ? "" : run.charged(lineBreak + indentation);
    String separator = "{" + inner;
    for (Object key : keys) {
      out.append(separator);
      out.append(quoted(key instanceof String text ? run.charged(text) : scalar(key)));
      out.append(keySeparator);
      Object value = map.get(key);
      write(value == null ? None.NONE : value, inner);
      separator = itemSeparator + inner;
    }
    out.append((indentation == null ? "" : lineBreak) + "}");
  }

  private String quoted(String text) {
    StringBuilder result = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> result.append("\\\"");
        case '\\' -> result.append("\\\\");
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        case '\b' -> result.append("\\b");
        case '\f' -> result.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            result.append(String.format("\\u%04x", (int) c));
          } else {
            result.append(c);
          }
        }
      }
    }
    return result.append('"').toString();
  }
}
