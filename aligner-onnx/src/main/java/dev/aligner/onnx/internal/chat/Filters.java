package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jinja's filters, as far as chat templates use them, and transformers' {@code tojson}. */
final class Filters {

  private Filters() {}

  /** Returns a filter, or null if there is none of this name. Its first argument is the value. */
  static @Nullable Callable named(String name) {
    return switch (name) {
      case "trim" -> Filters::trim;
      case "length", "count" ->
          (args, run) -> Values.length(args.bind(name, "value").get("value"), run);
      case "lower" -> (args, run) -> PyStrings.lower(text(args.bind(name, "value"), run));
      case "upper" -> (args, run) -> PyStrings.upper(text(args.bind(name, "value"), run));
      case "title" -> (args, run) -> PyStrings.titleOfFilter(text(args.bind(name, "value"), run));
      case "capitalize" -> (args, run) -> PyStrings.capitalize(text(args.bind(name, "value"), run));
      case "string", "safe" -> (args, run) -> text(args.bind(name, "value"), run);
      case "tojson" -> Json::filter;
      case "default", "d" -> Filters::otherwise;
      case "join" -> Filters::join;
      case "replace" ->
          (args, run) -> {
            Args.Bound bound = args.bind(name, "value", "old", "new", "count");
            int limit =
                bound.get("count", None.NONE) == None.NONE ? -1 : bound.integer("count", -1);
            return StringMethods.replace(
                text(bound, run), bound.string("old"), bound.string("new"), limit, run);
          };
      case "indent" -> Filters::indent;
      case "list" -> (args, run) -> Values.elements(args.bind(name, "value").get("value"), run);
      case "items" -> Filters::items;
      case "dictsort" -> Filters::dictsort;
      case "first" ->
          (args, run) -> end(args.bind(name, "value").get("value"), run, /* last= */ false);
      case "last" ->
          (args, run) -> end(args.bind(name, "value").get("value"), run, /* last= */ true);
      case "reverse" -> Filters::reverse;
      case "sort" -> Filters::sort;
      case "unique" -> Filters::unique;
      case "min" -> (args, run) -> extreme(args, run, name, -1);
      case "max" -> (args, run) -> extreme(args, run, name, 1);
      case "sum" -> Filters::sum;
      case "map" -> Filters::map;
      case "select" ->
          (args, run) -> select(args, run, /* byAttribute= */ false, /* keeps= */ true);
      case "reject" ->
          (args, run) -> select(args, run, /* byAttribute= */ false, /* keeps= */ false);
      case "selectattr" ->
          (args, run) -> select(args, run, /* byAttribute= */ true, /* keeps= */ true);
      case "rejectattr" ->
          (args, run) -> select(args, run, /* byAttribute= */ true, /* keeps= */ false);
      case "int" -> Filters::toInteger;
      case "float" -> Filters::toFloat;
      case "abs" -> Filters::abs;
      case "round" -> Filters::round;
      default -> null;
    };
  }

  private static String text(Args.Bound bound, Run run) {
    return run.charged(Values.str(bound.get("value"), run));
  }

  private static Object trim(Args args, Run run) {
    Args.Bound bound = args.bind("trim", "value", "chars");
    String text = text(bound, run);
    String characters = bound.stringOrNone("chars");
    if (characters == null) {
      return PyStrings.strip(text, /* left= */ true, /* right= */ true);
    }
    run.search(text, characters);
    return PyStrings.strip(text, characters, /* left= */ true, /* right= */ true);
  }

  private static Object otherwise(Args args, Run run) {
    Args.Bound bound = args.bind("default", "value", "default_value", "boolean");
    Object value = bound.get("value");
    boolean missing =
        value instanceof Undefined
            || (Values.isTrue(bound.get("boolean", false)) && !Values.isTrue(value));
    return missing ? bound.get("default_value", "") : value;
  }

  private static Object join(Args args, Run run) {
    Args.Bound bound = args.bind("join", "value", "d", "attribute");
    Output joined = new Output(run);
    String separator = Values.str(bound.get("d", ""), run);
    boolean first = true;
    for (Object element : Values.elements(bound.get("value"), run)) {
      if (!first) {
        joined.append(separator);
      }
      first = false;
      Object part =
          bound.has("attribute") ? attribute(element, bound.get("attribute"), run) : element;
      joined.append(Values.str(part, run));
    }
    return joined.toString();
  }

  private static Object indent(Args args, Run run) {
    Args.Bound bound = args.bind("indent", "value", "width", "first", "blank");
    Object width = bound.get("width", 4L);
    String indentation =
        width instanceof String text ? text : (String) Operators.apply("*", " ", width, run);
    boolean blank = Values.isTrue(bound.get("blank", false));
    Output result = new Output(run);
    List<Object> lines = PyStrings.lines(text(bound, run) + "\n", /* keepEnds= */ false);
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      if (i > 0) {
        result.append("\n");
      }
      boolean indents =
          i == 0 ? Values.isTrue(bound.get("first", false)) : blank || !line.isEmpty();
      result.append(indents ? indentation : "");
      result.append(line);
    }
    return result.toString();
  }

  private static Object items(Args args, Run run) {
    Object value = args.bind("items", "value").get("value");
    if (value instanceof Undefined) {
      return List.of();
    } else if (value instanceof Map<?, ?> map) {
      return Access.items(map, run);
    }
    throw new TemplateException("'items' needs a dict, not " + Values.typeOf(value));
  }

  private static Object dictsort(Args args, Run run) {
    Args.Bound bound = args.bind("dictsort", "value", "case_sensitive", "by", "reverse");
    if (!(bound.get("value") instanceof Map<?, ?> map)) {
      throw new TemplateException("'dictsort' needs a dict");
    }
    int part = bound.get("by", "key").equals("value") ? 1 : 0;
    boolean sensitive = Values.isTrue(bound.get("case_sensitive", false));
    return sorted(
        Access.items(map, run),
        (a, b) -> compare(((Tuple) a).get(part), ((Tuple) b).get(part), sensitive, run),
        Values.isTrue(bound.get("reverse", false)),
        run);
  }

  private static Object end(Object value, Run run, boolean last) {
    List<Object> elements = Values.elements(value, run);
    if (elements.isEmpty()) {
      return new Undefined("there is no element in an empty sequence");
    }
    return elements.get(last ? elements.size() - 1 : 0);
  }

  private static Object reverse(Args args, Run run) {
    Object value = args.bind("reverse", "value").get("value");
    List<Object> elements = new ArrayList<>(Values.elements(value, run));
    Collections.reverse(elements);
    if (!(value instanceof String)) {
      return elements;
    }
    StringBuilder text = new StringBuilder();
    elements.forEach(text::append);
    return text.toString();
  }

  private static Object sort(Args args, Run run) {
    Args.Bound bound = args.bind("sort", "value", "reverse", "case_sensitive", "attribute");
    boolean sensitive = Values.isTrue(bound.get("case_sensitive", false));
    Object by = bound.get("attribute", None.NONE);
    return sorted(
        Values.elements(bound.get("value"), run),
        (a, b) -> compare(attribute(a, by, run), attribute(b, by, run), sensitive, run),
        Values.isTrue(bound.get("reverse", false)),
        run);
  }

  private static List<Object> sorted(
      List<Object> elements, Comparator<Object> order, boolean reverse, Run run) {
    run.steps(elements.size());
    List<Object> result = new ArrayList<>(elements);
    try {
      result.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("the values to sort have no order");
    }
    return result;
  }

  private static int compare(Object a, Object b, boolean sensitive, Run run) {
    return Values.compare(folded(a, sensitive, run), folded(b, sensitive, run), run);
  }

  private static Object folded(Object value, boolean sensitive, Run run) {
    return !sensitive && value instanceof String text ? PyStrings.lower(run.charged(text)) : value;
  }

  private static Object unique(Args args, Run run) {
    Args.Bound bound = args.bind("unique", "value", "case_sensitive", "attribute");
    boolean sensitive = Values.isTrue(bound.get("case_sensitive", false));
    Object by = bound.get("attribute", None.NONE);
    List<Object> seen = new ArrayList<>();
    List<Object> result = new ArrayList<>();
    for (Object element : Values.elements(bound.get("value"), run)) {
      Object key = folded(attribute(element, by, run), sensitive, run);
      if (!Values.contains(seen, key, run)) {
        seen.add(key);
        result.add(element);
      }
    }
    return result;
  }

  private static Object extreme(Args args, Run run, String name, int sign) {
    Args.Bound bound = args.bind(name, "value", "case_sensitive", "attribute");
    boolean sensitive = Values.isTrue(bound.get("case_sensitive", false));
    Object by = bound.get("attribute", None.NONE);
    List<Object> elements = Values.elements(bound.get("value"), run);
    if (elements.isEmpty()) {
      return new Undefined("there is no element in an empty sequence");
    }
    Object best = elements.get(0);
    for (Object element : elements) {
      Object a = attribute(element, by, run);
      if (sign * compare(a, attribute(best, by, run), sensitive, run) > 0) {
        best = element;
      }
    }
    return best;
  }

  private static Object sum(Args args, Run run) {
    Args.Bound bound = args.bind("sum", "value", "attribute", "start");
    Object total = bound.get("start", 0L);
    for (Object element : Values.elements(bound.get("value"), run)) {
      Object value = attribute(element, bound.get("attribute", None.NONE), run);
      total = Operators.apply("+", total, value, run);
    }
    return total;
  }

  private static Object map(Args args, Run run) {
    List<Object> elements = Values.elements(first(args), run);
    Args rest = args.from(1);
    List<Object> result = new ArrayList<>();
    if (rest.positional().isEmpty()) {
      Args.Bound bound = rest.bind("map", "attribute", "default");
      for (Object element : elements) {
        result.add(
            attribute(element, bound.get("attribute"), bound.get("default", None.NONE), run));
      }
      return result;
    }
    Callable filter = rest.positional().get(0) instanceof String name ? named(name) : null;
    if (filter == null) {
      throw new TemplateException("'map' got a filter that there is not");
    }
    Args arguments = rest.from(1);
    for (Object element : elements) {
      run.enter();
      result.add(filter.call(arguments.after(element), run));
      run.leave();
    }
    return result;
  }

  private static Object select(Args args, Run run, boolean byAttribute, boolean keeps) {
    List<Object> elements = Values.elements(first(args), run);
    Args rest = args.from(1);
    Object attribute = None.NONE;
    if (byAttribute) {
      attribute = first(rest);
      rest = rest.from(1);
    }
    Callable test = (arguments, r) -> Values.isTrue(first(arguments));
    if (!rest.positional().isEmpty()) {
      Callable named = rest.positional().get(0) instanceof String name ? Tests.named(name) : null;
      if (named == null) {
        throw new TemplateException("a filter got a test that there is not");
      }
      test = named;
      rest = rest.from(1);
    }
    List<Object> result = new ArrayList<>();
    for (Object element : elements) {
      run.enter();
      Object value = attribute(element, attribute, run);
      if (Values.isTrue(test.call(rest.after(value), run)) == keeps) {
        result.add(element);
      }
      run.leave();
    }
    return result;
  }

  private static Object first(Args args) {
    if (args.positional().isEmpty()) {
      throw new TemplateException("a filter or test misses an argument");
    }
    return args.positional().get(0);
  }

  /** Follows a path such as {@code function.name}; None stands for the value itself. */
  private static Object attribute(Object value, Object path, Run run) {
    return attribute(value, path, None.NONE, run);
  }

  /** Follows a path, in which another value stands in for what is missing, unless that is None. */
  private static Object attribute(Object value, Object path, Object otherwise, Run run) {
    if (path == None.NONE) {
      return value;
    }
    Object result = value;
    for (Object part : path instanceof String text ? parts(text) : List.of(path)) {
      result = Access.item(result, part, run);
      if (result instanceof Undefined && otherwise != None.NONE) {
        result = otherwise;
      }
    }
    return result;
  }

  private static List<Object> parts(String path) {
    List<Object> parts = new ArrayList<>();
    int start = 0;
    for (int end = path.indexOf('.'); end >= 0; end = path.indexOf('.', start)) {
      parts.add(part(path.substring(start, end)));
      start = end + 1;
    }
    parts.add(part(path.substring(start)));
    return parts;
  }

  private static Object part(String part) {
    boolean index =
        !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
    return index ? (Object) Long.valueOf(part) : part;
  }

  private static Object toInteger(Args args, Run run) {
    Args.Bound bound = args.bind("int", "value", "default", "base");
    Object value = bound.get("value");
    Object otherwise = bound.get("default", 0L);
    if (value instanceof Double number) {
      return Double.isNaN(number) || Double.isInfinite(number)
          ? otherwise
          : (Object) number.longValue();
    } else if (Values.isNumber(value)) {
      return Values.toLong(value);
    } else if (!(value instanceof String)) {
      return otherwise;
    }
    String text =
        PyStrings.strip((String) value, /* left= */ true, /* right= */ true).replace("_", "");
    run.characters(text.length());
    int base = bound.integer("base", 10);
    try {
      return Long.parseLong(
          text, base >= Character.MIN_RADIX && base <= Character.MAX_RADIX ? base : 10);
    } catch (NumberFormatException e) {
      Object number = number(text);
      return number instanceof Double real && !real.isNaN() && !real.isInfinite()
          ? (Object) real.longValue()
          : otherwise;
    }
  }

  private static Object toFloat(Args args, Run run) {
    Args.Bound bound = args.bind("float", "value", "default");
    Object value = bound.get("value");
    if (Values.isNumber(value)) {
      return Values.toDouble(value);
    }
    Object otherwise = bound.get("default", 0.0);
    if (!(value instanceof String text)) {
      return otherwise;
    }
    Object number = number(PyStrings.strip(run.charged(text), /* left= */ true, /* right= */ true));
    return number == None.NONE ? otherwise : number;
  }

  private static Object number(String text) {
    boolean plain =
        text.length() < 1000 && text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0);
    try {
      return plain ? (Object) Double.valueOf(text) : None.NONE;
    } catch (NumberFormatException e) {
      return None.NONE;
    }
  }

  private static Object abs(Args args, Run run) {
    Object value = args.bind("abs", "value").get("value");
    if (value instanceof Double number) {
      return Math.abs(number);
    } else if (Values.isNumber(value) && Values.toLong(value) != Long.MIN_VALUE) {
      return Math.abs(Values.toLong(value));
    }
    throw new TemplateException("'abs' needs a number, not " + Values.typeOf(value));
  }

  private static Object round(Args args, Run run) {
    Args.Bound bound = args.bind("round", "value", "precision", "method");
    Object value = bound.get("value");
    if (!Values.isNumber(value)) {
      throw new TemplateException("'round' needs a number, not " + Values.typeOf(value));
    }
    double factor = Math.pow(10, bound.integer("precision", 0));
    double scaled = Values.toDouble(value) * factor;
    return switch (Values.str(bound.get("method", "common"), run)) {
      case "ceil" -> Math.ceil(scaled) / factor;
      case "floor" -> Math.floor(scaled) / factor;
      case "common" -> Math.rint(scaled) / factor;
      default -> throw new TemplateException("'round' knows common, ceil and floor");
    };
  }
}
