package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class StringMethods {

  private StringMethods() {}

  /** Returns a method of a text, or null if strings have no such method. */
  static @Nullable Callable of(String text, String name) {
    return switch (name) {
      case "strip" -> strip(text, name, /* left= */ true, /* right= */ true);
      case "lstrip" -> strip(text, name, /* left= */ true, /* right= */ false);
      case "rstrip" -> strip(text, name, /* left= */ false, /* right= */ true);
      case "split" -> (args, run) -> split(text, args.bind(name, "sep", "maxsplit"), run);
      case "rsplit" -> (args, run) -> rsplit(text, args.bind(name, "sep", "maxsplit"), run);
      case "splitlines" ->
          (args, run) ->
              PyStrings.lines(
                  run.charged(text),
                  Values.isTrue(args.bind(name, "keepends").get("keepends", false)));
      case "startswith" -> (args, run) -> affix(text, args.bind(name, "prefix"), "prefix");
      case "endswith" -> (args, run) -> affix(text, args.bind(name, "suffix"), "suffix");
      case "removeprefix" ->
          (args, run) -> {
            String prefix = args.bind(name, "prefix").string("prefix");
            return text.startsWith(prefix) ? run.charged(text.substring(prefix.length())) : text;
          };
      case "removesuffix" ->
          (args, run) -> {
            String suffix = args.bind(name, "suffix").string("suffix");
            return text.endsWith(suffix)
                ? run.charged(text.substring(0, text.length() - suffix.length()))
                : text;
          };
      case "replace" ->
          (args, run) -> {
            Args.Bound bound = args.bind(name, "old", "new", "count");
            return replace(
                text, bound.string("old"), bound.string("new"), bound.integer("count", -1), run);
          };
      case "join" -> (args, run) -> join(text, args.bind(name, "iterable").get("iterable"), run);
      case "find" -> (args, run) -> find(text, args, name, run);
      case "rfind" -> (args, run) -> find(text, args, name, run);
      case "index" ->
          (args, run) -> {
            long at = find(text, args, name, run);
            if (at < 0) {
              throw new TemplateException("index() did not find the text");
            }
            return at;
          };
      case "count" -> (args, run) -> (long) count(text, args.bind(name, "sub").string("sub"), run);
      case "lower", "casefold" -> (args, run) -> PyStrings.lower(run.charged(text));
      case "upper" -> (args, run) -> PyStrings.upper(run.charged(text));
      case "title" -> (args, run) -> PyStrings.titleOfMethod(run.charged(text));
      case "capitalize" -> (args, run) -> PyStrings.capitalize(run.charged(text));
      case "isdigit", "isdecimal", "isnumeric" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PyStrings::isSpace);
      case "isupper" ->
          (args, run) ->
              run.charged(text).equals(PyStrings.upper(text))
                  && !text.equals(PyStrings.lower(text));
      case "islower" ->
          (args, run) ->
              run.charged(text).equals(PyStrings.lower(text))
                  && !text.equals(PyStrings.upper(text));
      default -> null;
    };
  }

  private static Callable strip(String text, String name, boolean left, boolean right) {
    return (args, run) -> {
      String characters = args.bind(name, "chars").stringOrNone("chars");
      run.characters(text.length());
      if (characters == null) {
        return PyStrings.strip(text, left, right);
      }
      run.search(text, characters);
      return PyStrings.strip(text, characters, left, right);
    };
  }

  private static Callable all(String text, IntPredicate test) {
    return (args, run) -> !run.charged(text).isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean affix(String text, Args.Bound bound, String name) {
    List<Object> candidates =
        bound.get(name) instanceof Tuple tuple ? tuple : List.of(bound.string(name));
    for (Object candidate : candidates) {
      if (!(candidate instanceof String affix)) {
        throw new TemplateException(bound.function() + "() needs strings");
      }
      if (name.equals("prefix") ? text.startsWith(affix) : text.endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  private static long find(String text, Args args, String name, Run run) {
    String part = args.bind(name, "sub").string("sub");
    run.search(text, part);
    int at = name.equals("rfind") ? text.lastIndexOf(part) : text.indexOf(part);
    return at < 0 ? -1 : text.codePointCount(0, at);
  }

  private static int count(String text, String part, Run run) {
    run.search(text, part);
    if (part.isEmpty()) {
      return PyStrings.length(text) + 1;
    }
    int count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  private static List<Object> split(String text, Args.Bound bound, Run run) {
    String separator = bound.stringOrNone("sep");
    int limit = bound.integer("maxsplit", -1);
    List<Object> parts = new ArrayList<>();
    run.characters(text.length());
    int start = 0;
    if (separator == null) {
      start = skipSpace(text, 0);
      while (start < text.length() && (limit < 0 || parts.size() < limit)) {
        int end = start;
        while (end < text.length() && !PyStrings.isSpace(text.charAt(end))) {
          end++;
        }
        parts.add(text.substring(start, end));
        start = skipSpace(text, end);
      }
      if (start < text.length()) {
        parts.add(text.substring(start));
      }
    } else {
      checkSeparator(separator);
      run.search(text, separator);
      int end = text.indexOf(separator);
      while (end >= 0 && (limit < 0 || parts.size() < limit)) {
        parts.add(text.substring(start, end));
        start = end + separator.length();
        end = text.indexOf(separator, start);
      }
      parts.add(text.substring(start));
    }
    run.steps(parts.size());
    return parts;
  }

  private static List<Object> rsplit(String text, Args.Bound bound, Run run) {
    String separator = bound.stringOrNone("sep");
    int limit = bound.integer("maxsplit", -1);
    if (limit < 0) {
      return split(text, bound, run);
    }
    if (separator == null) {
      throw new TemplateException("rsplit() with maxsplit needs a separator here");
    }
    checkSeparator(separator);
    run.search(text, separator);
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    int at = text.lastIndexOf(separator);
    while (at >= 0 && parts.size() < limit) {
      parts.add(text.substring(at + separator.length(), end));
      end = at;
      at = text.lastIndexOf(separator, end - separator.length());
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    run.steps(parts.size());
    return parts;
  }

  private static void checkSeparator(String separator) {
    if (separator.isEmpty()) {
      throw new TemplateException("split() got an empty separator");
    }
  }

  private static int skipSpace(String text, int from) {
    int i = from;
    while (i < text.length() && PyStrings.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Replaces the first occurrences; all of them if the limit is negative. */
  static String replace(String text, String old, String replacement, int limit, Run run) {
    int found = count(text, old, run);
    int count = limit < 0 ? found : Math.min(found, limit);
    run.characters(text.length() + (long) count * replacement.length());
    StringBuilder result = new StringBuilder();
    int start = 0;
    for (int i = 0; i < count; i++) {
      int at =
          old.isEmpty()
              ? (i == 0 ? 0 : text.offsetByCodePoints(start, 1))
              : text.indexOf(old, start);
      result.append(text, start, at).append(replacement);
      start = at + old.length();
    }
    return result.append(text, start, text.length()).toString();
  }

  private static String join(String separator, Object iterable, Run run) {
    StringBuilder result = new StringBuilder();
    String before = "";
    for (Object element : Values.elements(iterable, run)) {
      if (!(element instanceof String text)) {
        throw new TemplateException("join() needs strings, not " + Values.typeOf(element));
      }
      run.characters((long) before.length() + text.length());
      result.append(before).append(text);
      before = separator;
    }
    return result.toString();
  }
}
