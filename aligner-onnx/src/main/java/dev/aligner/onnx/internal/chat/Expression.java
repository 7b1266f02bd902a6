package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node that has a value. {@link #of} is how other nodes ask for it, within the bounds of the run.
 */
@FunctionalInterface
interface Expression {

  Object eval(Scope scope);

  default Object of(Scope scope) {
    scope.run().enter();
    Object value = eval(scope);
    scope.run().leave();
    return value;
  }

  default boolean isTrue(Scope scope) {
    return Values.isTrue(of(scope));
  }

  record Literal(Object value) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return scope.get(name);
    }
  }

  /** A list, or a tuple. */
  record Elements(List<Expression> elements, boolean tuple) implements Expression {
    @Override
    public Object eval(Scope scope) {
      List<Object> values = new ArrayList<>(elements.size());
      elements.forEach(element -> values.add(element.of(scope)));
      return tuple ? new Tuple(values) : values;
    }
  }

  record Entry(Expression key, Expression value) {}

  record Dict(List<Entry> entries) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach(entry -> values.put(Values.key(entry.key.of(scope)), entry.value.of(scope)));
      return values;
    }
  }

  record Attribute(Expression target, String name) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.attribute(target.of(scope), name);
    }
  }

  record Item(Expression target, Expression key) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.item(target.of(scope), key.of(scope), scope.run());
    }
  }

  record Slice(Expression target, Expression start, Expression stop, Expression step)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.slice(
          target.of(scope), start.of(scope), stop.of(scope), step.of(scope), scope.run());
    }
  }

  /**
   * The arguments of a call, as they are written.
   *
   * @param positional those without a name
   * @param named those with a name
   * @param list more of the first kind, written with a star
   * @param dict more of the second kind, written with two stars
   */
  record Arguments(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression list,
      @Nullable Expression dict) {

    static final Arguments NONE = new Arguments(List.of(), Map.of(), null, null);

    static Arguments of(Expression argument) {
      return new Arguments(List.of(argument), Map.of(), null, null);
    }

    Args of(Scope scope) {
      List<Object> values = new ArrayList<>(positional.size());
      positional.forEach(argument -> values.add(argument.of(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, argument) -> byName.put(name, argument.of(scope)));
      if (list != null) {
        values.addAll(Values.elements(list.of(scope), scope.run()));
      }
      if (dict != null) {
        if (!(dict.of(scope) instanceof Map<?, ?> more)) {
          throw new TemplateException("'**' needs a dict");
        }
        scope.run().steps(more.size());
        more.forEach((name, value) -> byName.put(String.valueOf(name), value));
      }
      return new Args(values, byName);
    }
  }

  record Call(Expression target, Arguments arguments) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object function = target.of(scope);
      if (function instanceof Undefined undefined) {
        throw undefined.error();
      } else if (!(function instanceof Callable)) {
        throw new TemplateException(Values.typeOf(function) + " cannot be called");
      }
      return ((Callable) function).call(arguments.of(scope), scope.run());
    }
  }

  record Filter(Expression value, String name, Callable filter, Arguments arguments)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object filtered = value.of(scope);
      return filter.call(arguments.of(scope).after(filtered), scope.run());
    }
  }

  record Test(Expression value, Callable test, Arguments arguments) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object tested = value.of(scope);
      return test.call(arguments.of(scope).after(tested), scope.run());
    }
  }

  record Conditional(Expression test, Expression yes, @Nullable Expression no)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      if (test.isTrue(scope)) {
        return yes.of(scope);
      }
      return no == null
          ? new Undefined("the inline if-expression was false and has no else")
          : no.of(scope);
    }
  }

  record Not(Expression operand) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return !operand.isTrue(scope);
    }
  }

  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object value = left.of(scope);
      return Values.isTrue(value) ? right.of(scope) : value;
    }
  }

  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object value = left.of(scope);
      return Values.isTrue(value) ? value : right.of(scope);
    }
  }

  /** One of a chain of comparisons. */
  record Comparison(String operator, Expression right) {}

  record Compare(Expression left, List<Comparison> comparisons) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object value = left.of(scope);
      for (Comparison comparison : comparisons) {
        Object right = comparison.right.of(scope);
        if (!Operators.compare(comparison.operator, value, right, scope.run())) {
          return false;
        }
        value = right;
      }
      return true;
    }
  }

  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Operators.apply(operator, left.of(scope), right.of(scope), scope.run());
    }
  }

  record Sign(String operator, Expression operand) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Operators.sign(operator, operand.of(scope));
    }
  }

  /** Strings put together by {@code ~}. */
  record Concat(List<Expression> parts) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Output text = new Output(scope.run());
      parts.forEach(part -> text.append(Values.str(part.of(scope), scope.run())));
      return text.toString();
    }
  }
}
