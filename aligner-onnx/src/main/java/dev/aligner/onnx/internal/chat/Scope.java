package dev.aligner.onnx.internal.chat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that a part of a template sees: its own, and those of the parts around it. Loops,
 * macros and captured blocks have scopes of their own, branches do not.
 */
final class Scope {

  private final Run run;
  private final @Nullable Scope outer;
  private final Map<String, Object> names = new HashMap<>();

  private Scope(Run run, @Nullable Scope outer) {
    this.run = run;
    this.outer = outer;
  }

  static Scope of(Map<String, ?> names, Run run) {
    Scope scope = new Scope(run, null);
    scope.names.putAll(names);
    return scope;
  }

  Scope inner() {
    return new Scope(run, this);
  }

  Run run() {
    return run;
  }

  void set(String name, Object value) {
    names.put(name, value);
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.names.get(name);
      if (value != null) {
        return value;
      }
    }
    return Undefined.of(name);
  }
}
