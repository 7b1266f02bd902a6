package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node that puts something out or changes a scope. */
interface Statement {

  /** What comes after a statement. */
  enum Next {
    STATEMENT,
    ROUND,
    END_OF_LOOP
  }

  Next run(Scope scope, Output output);

  /** Runs one after the other, until one leaves the loop around them. */
  record Body(List<Statement> statements) {

    Next run(Scope scope, Output output) {
      scope.run().enter();
      Next next = Next.STATEMENT;
      for (int i = 0; i < statements.size() && next == Next.STATEMENT; i++) {
        scope.run().steps(1);
        next = statements.get(i).run(scope, output);
      }
      scope.run().leave();
      return next;
    }

    String capture(Scope scope) {
      Output captured = new Output(scope.run());
      run(scope, captured);
      return captured.toString();
    }
  }

  record Text(String text) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      output.append(text);
      return Next.STATEMENT;
    }
  }

  record Print(Expression value) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      output.append(Values.str(value.of(scope), scope.run()));
      return Next.STATEMENT;
    }
  }

  /** {@code break} or {@code continue}. */
  record Leave(Next next) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      return next;
    }
  }

  record Branch(Expression test, Body body) {}

  record If(List<Branch> branches, @Nullable Body otherwise) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      for (Branch branch : branches) {
        if (branch.test.isTrue(scope)) {
          return branch.body.run(scope, output);
        }
      }
      return otherwise == null ? Next.STATEMENT : otherwise.run(scope, output);
    }
  }

  /** What a value is assigned to: names, or an attribute of a namespace. */
  record Target(List<String> names, boolean unpacks, @Nullable String attribute) {

    void assign(Object value, Scope scope) {
      if (attribute != null) {
        if (scope.get(names.get(0)) instanceof Attributes object && object.isNamespace()) {
          object.set(attribute, value);
          return;
        }
        throw new TemplateException("'" + names.get(0) + "' is not a namespace");
      }
      if (!unpacks) {
        scope.set(names.get(0), value);
        return;
      }
      List<Object> elements = Values.elements(value, scope.run());
      if (elements.size() != names.size()) {
        throw new TemplateException(
            "expected " + names.size() + " values to unpack, found " + elements.size());
      }
      for (int i = 0; i < names.size(); i++) {
        scope.set(names.get(i), elements.get(i));
      }
    }
  }

  record Assign(Target target, Expression value) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      target.assign(value.of(scope), scope);
      return Next.STATEMENT;
    }
  }

  /**
   * Captures what a body puts out.
   *
   * @param target what gets it; null if it is put out
   * @param filtered an expression over the name {@link #CAPTURED}
   */
  record Capture(@Nullable Target target, Body body, Expression filtered) implements Statement {

    static final String CAPTURED = " captured";

    @Override
    public Next run(Scope scope, Output output) {
      Scope inner = scope.inner();
      inner.set(CAPTURED, body.capture(scope.inner()));
      Object value = filtered.of(inner);
      if (target == null) {
        output.append(Values.str(value, scope.run()));
      } else {
        target.assign(value, scope);
      }
      return Next.STATEMENT;
    }
  }

  record With(Map<String, Expression> values, Body body) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      Scope inner = scope.inner();
      values.forEach((name, value) -> inner.set(name, value.of(scope)));
      return body.run(inner, output);
    }
  }

  record For(
      Target target,
      Expression iterable,
      @Nullable Expression filter,
      Body body,
      @Nullable Body otherwise)
      implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      List<Object> elements = elements(scope);
      if (elements.isEmpty()) {
        return otherwise == null ? Next.STATEMENT : otherwise.run(scope.inner(), output);
      }
      LoopState state = new LoopState(elements, depth(scope));
      for (int i = 0; i < elements.size(); i++) {
        Scope round = scope.inner();
        target.assign(elements.get(i), round);
        round.set("loop", state.at(i));
        scope.run().steps(10);
        if (body.run(round, output) == Next.END_OF_LOOP) {
          break;
        }
      }
      return Next.STATEMENT;
    }

    private static long depth(Scope scope) {
      return scope.get("loop") instanceof Attributes outer
              && outer.get("depth") instanceof Long depth
          ? depth + 1
          : 1;
    }

    private List<Object> elements(Scope scope) {
      List<Object> all = Values.elements(iterable.of(scope), scope.run());
      if (filter == null) {
        return all;
      }
      List<Object> kept = new ArrayList<>();
      for (Object element : all) {
        Scope inner = scope.inner();
        target.assign(element, inner);
        if (filter.isTrue(inner)) {
          kept.add(element);
        }
      }
      return kept;
    }
  }

  record Parameter(String name, @Nullable Expression otherwise) {}

  record Macro(String name, List<Parameter> parameters, Body body) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      scope.set(name, function(scope));
      return Next.STATEMENT;
    }

    Callable function(Scope scope) {
      String[] names = parameters.stream().map(Parameter::name).toArray(String[]::new);
      String[] allowed = java.util.Arrays.copyOf(names, names.length + 1);
      allowed[names.length] = "caller";
      return (args, run) -> {
        if (args.positional().size() > names.length) {
          throw new TemplateException(name + "() takes at most " + names.length + " arguments");
        }
        Args.Bound bound = args.bind(name, allowed);
        Scope inner = scope.inner();
        for (Parameter parameter : parameters) {
          Expression otherwise = parameter.otherwise;
          Object value =
              bound.has(parameter.name) || otherwise == null
                  ? bound.get(parameter.name, Undefined.of(parameter.name))
                  : otherwise.of(inner);
          inner.set(parameter.name, value);
        }
        inner.set("caller", bound.get("caller", Undefined.of("caller")));
        return body.capture(inner);
      };
    }
  }

  /** {@code call}: a macro gets a body as its {@code caller}. */
  record CallBlock(Expression.Call call, Macro caller) implements Statement {
    @Override
    public Next run(Scope scope, Output output) {
      Object function = call.target().of(scope);
      if (!(function instanceof Callable callable)) {
        throw new TemplateException("'call' needs a macro");
      }
      Args args = call.arguments().of(scope);
      Map<String, Object> named = new java.util.LinkedHashMap<>(args.named());
      named.put("caller", caller.function(scope));
      Object value = callable.call(new Args(args.positional(), named), scope.run());
      output.append(Values.str(value, scope.run()));
      return Next.STATEMENT;
    }
  }
}
