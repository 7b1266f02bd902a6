package dev.aligner.onnx.internal.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code loop} tells in the rounds of one loop. */
final class LoopState {

  private final List<Object> elements;
  private final long depth;
  private @Nullable Object lastChanged;

  LoopState(List<Object> elements, long depth) {
    this.elements = elements;
    this.depth = depth;
  }

  Attributes at(int i) {
    int size = elements.size();
    Attributes loop = Attributes.loop();
    loop.set("index", i + 1L);
    loop.set("index0", (long) i);
    loop.set("revindex", (long) size - i);
    loop.set("revindex0", size - i - 1L);
    loop.set("first", i == 0);
    loop.set("last", i == size - 1);
    loop.set("length", (long) size);
    loop.set("depth", depth);
    loop.set("depth0", depth - 1);
    loop.set("previtem", i > 0 ? elements.get(i - 1) : new Undefined("there is no previous item"));
    loop.set(
        "nextitem", i < size - 1 ? elements.get(i + 1) : new Undefined("there is no next item"));
    loop.set("cycle", (Callable) (args, run) -> cycle(args.positional(), i));
    loop.set("changed", (Callable) (args, run) -> changed(new Tuple(args.positional()), run));
    return loop;
  }

  private static Object cycle(List<Object> values, int i) {
    if (values.isEmpty()) {
      throw new TemplateException("no items for cycling given");
    }
    return values.get(i % values.size());
  }

  private boolean changed(Object value, Run run) {
    boolean same = lastChanged != null && Values.areEqual(lastChanged, value, run);
    lastChanged = value;
    return !same;
  }
}
