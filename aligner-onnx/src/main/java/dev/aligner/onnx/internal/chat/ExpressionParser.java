package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Parses expressions with Jinja's grammar, whose precedence is not quite Python's. */
final class ExpressionParser {

  private static final int DEPTH = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> NOT_AN_ARGUMENT = Set.of("else", "or", "and", "if", "is", "in");

  private final TokenStream tokens;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  Expression expression() {
    if (++depth > DEPTH) {
      throw tokens.error("it is nested more than " + DEPTH + " levels deep");
    }
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      Expression no = tokens.skipName("else") ? expression() : null;
      value = new Expression.Conditional(test, value, no);
    }
    depth--;
    return value;
  }

  /** Parses an expression without an inline {@code if}, or several of them, which are a tuple. */
  Expression withoutCondition() {
    return tuple(this::or);
  }

  /** Parses an expression, or several of them with commas, which are a tuple. */
  Expression tuple() {
    return tuple(this::expression);
  }

  private Expression tuple(Supplier<Expression> part) {
    Expression first = part.get();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !endsTuple()) {
      elements.add(part.get());
    }
    return new Expression.Elements(elements, /* tuple= */ true);
  }

  private boolean endsTuple() {
    Token next = tokens.peek();
    return next.kind() == Token.Kind.BLOCK_END
        || next.kind() == Token.Kind.VARIABLE_END
        || next.isOperator(")");
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    int count = 0;
    while (tokens.skipName("not")) {
      count++;
    }
    Expression value = comparison();
    if (count == 0) {
      return value;
    }
    Expression once = new Expression.Not(value);
    return count % 2 == 1 ? once : new Expression.Not(once);
  }

  private Expression comparison() {
    Expression left = sum();
    List<Expression.Comparison> comparisons = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      String operator;
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operator = tokens.next().text();
      } else if (tokens.skipName("in")) {
        operator = "in";
      } else if (token.isName("not") && tokens.peekSecond().isName("in")) {
        tokens.next();
        tokens.next();
        operator = "not in";
      } else {
        break;
      }
      comparisons.add(new Expression.Comparison(operator, sum()));
    }
    return comparisons.isEmpty() ? left : new Expression.Compare(left, comparisons);
  }

  private Expression sum() {
    return binary(this::concat, "+", "-");
  }

  private Expression concat() {
    Expression first = product();
    if (!tokens.peek().isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concat(parts);
  }

  private Expression product() {
    return binary(this::power, "*", "/", "//", "%");
  }

  private Expression power() {
    return binary(() -> unary(/* withFilters= */ true), "**");
  }

  private Expression binary(Supplier<Expression> operand, String... operators) {
    Expression left = operand.get();
    while (tokens.peek().kind() == Token.Kind.OPERATOR
        && List.of(operators).contains(tokens.peek().text())) {
      String operator = tokens.next().text();
      left = new Expression.Binary(operator, left, operand.get());
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    if (++depth > DEPTH) {
      throw tokens.error("it is nested more than " + DEPTH + " levels deep");
    }
    Token token = tokens.peek();
    Expression value;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      value = new Expression.Sign(token.text(), unary(/* withFilters= */ false));
    } else {
      value = primary();
    }
    value = postfix(value);
    depth--;
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token.text());
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Token.Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(text.toString());
      }
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.parseDouble(token.text()));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesis();
            case "[" -> new Expression.Elements(list("]"), /* tuple= */ false);
            case "{" -> dict();
            default -> throw tokens.unexpected(token);
          };
      default -> throw tokens.unexpected(token);
    };
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> new Expression.Literal(None.NONE);
      default -> new Expression.Name(name);
    };
  }

  private Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw tokens.unexpected(token);
    }
  }

  private Expression parenthesis() {
    if (tokens.skipOperator(")")) {
      return new Expression.Elements(List.of(), /* tuple= */ true);
    }
    Expression value = tuple();
    tokens.expectOperator(")");
    return value;
  }

  private List<Expression> list(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!tokens.skipOperator(end)) {
      if (!elements.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(end)) {
          break;
        }
      }
      elements.add(expression());
    }
    return elements;
  }

  private Expression dict() {
    List<Expression.Entry> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!entries.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      Expression key = expression();
      tokens.expectOperator(":");
      entries.add(new Expression.Entry(key, expression()));
    }
    return new Expression.Dict(entries);
  }

  private Expression postfix(Expression target) {
    Expression value = target;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token name = tokens.next();
        if (name.kind() == Token.Kind.NAME) {
          value = new Expression.Attribute(value, name.text());
        } else if (name.kind() == Token.Kind.INTEGER) {
          value = new Expression.Item(value, new Expression.Literal(integer(name)));
        } else {
          throw tokens.unexpected(name);
        }
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.peek().isOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression absent = new Expression.Literal(None.NONE);
    Expression first = tokens.peek().isOperator(":") ? absent : expression();
    if (tokens.skipOperator("]")) {
      return new Expression.Item(target, first);
    }
    tokens.expectOperator(":");
    Expression stop = isBound() ? expression() : absent;
    Expression step = absent;
    if (tokens.skipOperator(":") && isBound()) {
      step = expression();
    }
    tokens.expectOperator("]");
    return new Expression.Slice(target, first, stop, step);
  }

  private boolean isBound() {
    return !tokens.peek().isOperator(":") && !tokens.peek().isOperator("]");
  }

  /** Parses the arguments of a call, if there is one. */
  Expression.Arguments arguments() {
    if (!tokens.skipOperator("(")) {
      return Expression.Arguments.NONE;
    }
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression list = null;
    Expression dict = null;
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.peek().kind() == Token.Kind.NAME && tokens.peekSecond().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        if (named.put(name, expression()) != null) {
          throw tokens.error("the argument '" + name + "' stands there twice");
        }
      } else if (list == null && dict == null && tokens.skipOperator("*")) {
        list = expression();
      } else if (dict == null && tokens.skipOperator("**")) {
        dict = expression();
      } else if (named.isEmpty() && list == null && dict == null) {
        positional.add(expression());
      } else {
        throw tokens.error("an argument without a name follows one with a name");
      }
    }
    return new Expression.Arguments(positional, named, list, dict);
  }

  /** Parses what filters, tests and calls follow. */
  Expression filters(Expression target) {
    Expression value = target;
    while (true) {
      if (tokens.skipOperator("|")) {
        value = filter(value);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.peek().isOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** Parses one filter, of which the bar is read already. */
  Expression filter(Expression value) {
    String name = tokens.expectName();
    Callable filter = Filters.named(name);
    if (filter == null) {
      throw tokens.error("there is no filter '" + name + "'");
    }
    return new Expression.Filter(value, name, filter, arguments());
  }

  private Expression test(Expression value) {
    boolean negated = tokens.skipName("not");
    String name = tokens.expectName();
    Callable test = Tests.named(name);
    if (test == null) {
      throw tokens.error("there is no test '" + name + "'");
    }
    Expression.Arguments arguments = Expression.Arguments.NONE;
    if (tokens.peek().isOperator("(")) {
      arguments = arguments();
    } else if (beginsArgument(tokens.peek())) {
      arguments = Expression.Arguments.of(postfix(primary()));
    }
    Expression result = new Expression.Test(value, test, arguments);
    return negated ? new Expression.Not(result) : result;
  }

  private static boolean beginsArgument(Token token) {
    return switch (token.kind()) {
      case NAME -> !NOT_AN_ARGUMENT.contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
