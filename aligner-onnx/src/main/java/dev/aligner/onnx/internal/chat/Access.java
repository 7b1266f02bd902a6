package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Attributes, subscripts and slices, in the order in which Jinja looks for them, and with the
 * methods its immutable sandbox allows.
 */
final class Access {

  private Access() {}

  /** Finds {@code target.name}: an attribute or a method, else an item. */
  static Object attribute(Object target, String name) {
    Object attribute = ownAttribute(target, name);
    if (attribute != null) {
      return attribute;
    }
    Object item = target instanceof Map<?, ?> map ? map.get(name) : null;
    return item != null ? item : missing(target, name);
  }

  /** Finds {@code target[key]}: an item, else an attribute or a method. */
  static Object item(Object target, Object key, Run run) {
    if (target instanceof Map<?, ?> map) {
      Object item = isKey(key) ? map.get(key) : null;
      if (item != null) {
        return item;
      }
    } else if (key instanceof Long || key instanceof Boolean) {
      Object element = element(target, Values.toLong(key), run);
      if (element != null) {
        return element;
      }
    }
    Object attribute = key instanceof String name ? ownAttribute(target, name) : null;
    return attribute != null ? attribute : missing(target, key);
  }

  private static boolean isKey(Object key) {
    return key instanceof String
        || key instanceof Long
        || key instanceof Double
        || key instanceof Boolean
        || key == None.NONE;
  }

  private static Object missing(Object target, Object key) {
    if (target instanceof Undefined undefined) {
      throw undefined.error();
    }
    String what =
        key instanceof String || key instanceof Long ? "'" + key + "'" : Values.typeOf(key);
    return new Undefined(Values.typeOf(target) + " has no element " + what);
  }

  private static @Nullable Object element(Object target, long index, Run run) {
    if (target instanceof List<?> list) {
      long at = index < 0 ? index + list.size() : index;
      return at >= 0 && at < list.size() ? list.get((int) at) : null;
    } else if (target instanceof String text) {
      run.characters(text.length());
      int length = PyStrings.length(text);
      long at = index < 0 ? index + length : index;
      if (at < 0 || at >= length) {
        return null;
      }
      return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
    }
    return null;
  }

  private static @Nullable Object ownAttribute(Object target, String name) {
    if (target instanceof Attributes attributes) {
      return attributes.get(name);
    } else if (target instanceof Undefined undefined) {
      throw undefined.error();
    } else if (target instanceof String text) {
      return StringMethods.of(text, name);
    } else if (target instanceof Map<?, ?> map) {
      return methodOf(map, name);
    } else if (target instanceof List<?> list) {
      return methodOf(list, name);
    }
    return null;
  }

  private static @Nullable Object methodOf(Map<?, ?> map, String name) {
    return switch (name) {
      case "get" ->
          (Callable)
              (args, run) -> {
                Args.Bound bound = args.bind("get", "key", "default");
                Object value = map.get(Values.key(bound.get("key")));
                return value == null ? bound.get("default", None.NONE) : value;
              };
      case "items" -> (Callable) (args, run) -> items(map, run);
      case "keys" -> (Callable) (args, run) -> Values.elements(map, run);
      case "values" ->
          (Callable)
              (args, run) -> {
                run.steps(map.size());
                return new ArrayList<Object>(map.values());
              };
      case "copy" -> (Callable) (args, run) -> map;
      case "clear", "fromkeys", "pop", "popitem", "setdefault", "update" -> unsafe(name);
      default -> null;
    };
  }

  static List<Object> items(Map<?, ?> map, Run run) {
    run.steps(map.size());
    List<Object> items = new ArrayList<>();
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private static @Nullable Object methodOf(List<?> list, String name) {
    return switch (name) {
      case "count" ->
          (Callable)
              (args, run) ->
                  list.stream()
                      .filter(e -> Values.areEqual(e, args.bind(name, "value").get("value"), run))
                      .count();
      case "index" ->
          (Callable)
              (args, run) -> {
                Object value = args.bind(name, "value").get("value");
                for (int i = 0; i < list.size(); i++) {
                  if (Values.areEqual(list.get(i), value, run)) {
                    return (long) i;
                  }
                }
                throw new TemplateException("index() did not find the value");
              };
      case "copy" -> (Callable) (args, run) -> list;
      case "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort" ->
          unsafe(name);
      default -> null;
    };
  }

  private static Undefined unsafe(String name) {
    return new Undefined("'" + name + "' would change a value, which templates may not do");
  }

  /** Finds {@code target[start:stop:step]}. */
  static Object slice(Object target, Object start, Object stop, Object step, Run run) {
    boolean text = target instanceof String;
    if (!text && !(target instanceof List)) {
      return missing(target, "a slice");
    }
    List<Object> elements = Values.elements(target, run);
    long by = step == None.NONE ? 1 : index(step);
    if (by == 0) {
      throw new TemplateException("the step of a slice is 0");
    }
    int size = elements.size();
    long from = bound(start, by > 0 ? 0 : size - 1L, size, by);
    long to = bound(stop, by > 0 ? size : -1, size, by);
    List<Object> result = new ArrayList<>();
    StringBuilder characters = new StringBuilder();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      if (text) {
        characters.append(elements.get((int) i));
      } else {
        result.add(elements.get((int) i));
      }
      if (Math.abs(by) > size) {
        break;
      }
    }
    if (text) {
      return characters.toString();
    }
    return target instanceof Tuple ? new Tuple(result) : result;
  }

  private static long index(Object value) {
    if (value instanceof Long || value instanceof Boolean) {
      return Values.toLong(value);
    }
    throw new TemplateException("a slice needs integers, not " + Values.typeOf(value));
  }

  private static long bound(Object value, long otherwise, int size, long by) {
    if (value == None.NONE) {
      return otherwise;
    }
    long at = index(value);
    at = at < 0 ? at + size : at;
    return by > 0 ? Math.max(0, Math.min(size, at)) : Math.max(-1, Math.min(size - 1L, at));
  }
}
