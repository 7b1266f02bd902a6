package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call.
 *
 * @param positional those without a name
 * @param named those with a name
 */
record Args(List<Object> positional, Map<String, Object> named) {

  static final Args NONE = new Args(List.of(), Map.of());

  /** Puts a value before the others, as a filter gets what it filters. */
  Args after(Object first) {
    List<Object> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Args(all, named);
  }

  /** Leaves out the first values. */
  Args from(int index) {
    return new Args(
        positional.subList(Math.min(index, positional.size()), positional.size()), named);
  }

  /**
   * Gives the arguments the names of a function's parameters.
   *
   * @throws TemplateException if there are others
   */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new TemplateException(
          function
              + "() takes at most "
              + parameters.length
              + " arguments, not "
              + positional.size());
    }
    Map<String, Object> values = new LinkedHashMap<>(named);
    for (int i = 0; i < positional.size(); i++) {
      if (values.put(parameters[i], positional.get(i)) != null) {
        throw new TemplateException(function + "() got '" + parameters[i] + "' twice");
      }
    }
    for (String name : values.keySet()) {
      if (!List.of(parameters).contains(name)) {
        throw new TemplateException(function + "() has no argument '" + name + "'");
      }
    }
    return new Bound(function, values);
  }

  /**
   * Arguments by the names of the parameters.
   *
   * @param function whose they are
   * @param values those that were given
   */
  record Bound(String function, Map<String, Object> values) {

    boolean has(String name) {
      return values.containsKey(name);
    }

    Object get(String name) {
      Object value = values.get(name);
      if (value == null) {
        throw new TemplateException(function + "() needs the argument '" + name + "'");
      }
      return value;
    }

    Object get(String name, Object otherwise) {
      Object value = values.get(name);
      return value == null ? otherwise : value;
    }

    String string(String name) {
      if (get(name) instanceof String text) {
        return text;
      }
      throw new TemplateException(
          function + "() needs a string as '" + name + "', not " + Values.typeOf(get(name)));
    }

    @Nullable String stringOrNone(String name) {
      return get(name, None.NONE) == None.NONE ? null : string(name);
    }

    int integer(String name, int otherwise) {
      Object value = get(name, (long) otherwise);
      if (value instanceof Long number) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
      }
      throw new TemplateException(
          function + "() needs an integer as '" + name + "', not " + Values.typeOf(value));
    }
  }
}
