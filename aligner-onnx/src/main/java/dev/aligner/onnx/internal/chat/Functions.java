package dev.aligner.onnx.internal.chat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template sees: some of Jinja's, and the two of transformers. */
final class Functions {

  static final Map<String, Callable> ALL =
      Map.of(
          "raise_exception", Functions::raise,
          "strftime_now", Functions::strftimeNow,
          "namespace", Functions::namespace,
          "dict", (args, run) -> pairs(args, "dict"),
          "range", Functions::range,
          "joiner", Functions::joiner);

  private static final int LONGEST_RANGE = 100_000;

  private Functions() {}

  private static Object raise(Args args, Run run) {
    Object message = args.bind("raise_exception", "message").get("message");
    throw new TemplateException(Values.str(message, run));
  }

  private static Object namespace(Args args, Run run) {
    Attributes namespace = Attributes.namespace();
    pairs(args, "namespace").forEach((name, value) -> namespace.set(String.valueOf(name), value));
    return namespace;
  }

  private static Map<Object, Object> pairs(Args args, String function) {
    Map<Object, Object> pairs = new LinkedHashMap<>();
    for (Object argument : args.positional()) {
      if (!(argument instanceof Map<?, ?> map)) {
        throw new TemplateException(function + "() takes a dict, not " + Values.typeOf(argument));
      }
      pairs.putAll(map);
    }
    pairs.putAll(args.named());
    return pairs;
  }

  private static Object range(Args args, Run run) {
    boolean one = args.positional().size() == 1;
    Args.Bound bound =
        one ? args.bind("range", "stop") : args.bind("range", "start", "stop", "step");
    long start = bound.integer("start", 0);
    long stop = bound.has("stop") ? bound.integer("stop", 0) : 0;
    long step = bound.integer("step", 1);
    if (step == 0) {
      throw new TemplateException("range() got a step of 0");
    }
    long size = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
    if (size > LONGEST_RANGE) {
      throw new TemplateException("range() is longer than " + LONGEST_RANGE);
    }
    run.steps(Math.max(0, size));
    List<Object> numbers = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      numbers.add(start + i * step);
    }
    return numbers;
  }

  private static Object joiner(Args args, Run run) {
    Object separator = args.bind("joiner", "sep").get("sep", ", ");
    boolean[] used = {false};
    return (Callable)
        (none, r) -> {
          Object result = used[0] ? separator : "";
          used[0] = true;
          return result;
        };
  }

  private static Object strftimeNow(Args args, Run run) {
    String format = args.bind("strftime_now", "format").string("format");
    Output text = new Output(run);
    int i = 0;
    while (i < format.length()) {
      boolean unpadded = format.startsWith("%-", i);
      int directive = unpadded ? i + 2 : i + 1;
      if (format.charAt(i) != '%' || directive >= format.length()) {
        text.append(String.valueOf(format.charAt(i)));
        i++;
        continue;
      }
      String field = field(format.charAt(directive), run.now());
      boolean zero = unpadded && field.startsWith("0") && field.length() > 1;
      text.append(zero ? field.replaceFirst("^0+(?=.)", "") : field);
      i = directive + 1;
    }
    return text.toString();
  }

  private static String field(char directive, LocalDateTime now) {
    String pattern =
        switch (directive) {
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'm' -> "MM";
          case 'd' -> "dd";
          case 'B' -> "MMMM";
          case 'b', 'h' -> "MMM";
          case 'A' -> "EEEE";
          case 'a' -> "EEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case '%' -> "'%'";
          default ->
              throw new TemplateException(
                  "strftime_now() does not know the directive %" + directive);
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
  }
}
