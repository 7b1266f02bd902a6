package dev.aligner.onnx.internal.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses a whole template: its text, its expressions and its statements. */
final class StatementParser {

  private static final int DEPTH = 60;
  private static final int NODES = 100_000;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int depth;
  private int loops;
  private int nodes;

  StatementParser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  static Statement.Body parse(String source) {
    StatementParser parser = new StatementParser(Lexer.tokens(source));
    Statement.Body body = parser.body(Set.of());
    parser.tokens.expect(Token.Kind.END);
    return body;
  }

  /** Parses up to a block with one of these names, whose name is the next token then. */
  private Statement.Body body(Set<String> ends) {
    if (++depth > DEPTH) {
      throw tokens.error("it is nested more than " + DEPTH + " levels deep");
    }
    List<Statement> statements = new ArrayList<>();
    while (true) {
      if (++nodes > NODES) {
        throw tokens.error("it has more than " + NODES + " parts");
      }
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> {
          tokens.next();
          statements.add(new Statement.Text(token.text()));
        }
        case VARIABLE_BEGIN -> {
          tokens.next();
          statements.add(new Statement.Print(expressions.tuple()));
          tokens.expect(Token.Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          if (tokens.peekSecond().kind() == Token.Kind.NAME
              && ends.contains(tokens.peekSecond().text())) {
            tokens.next();
            depth--;
            return new Statement.Body(List.copyOf(statements));
          }
          tokens.next();
          statements.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw tokens.error(
                "expected {% "
                    + String.join(" %} or {% ", ends.stream().sorted().toList())
                    + " %}");
          }
          depth--;
          return new Statement.Body(List.copyOf(statements));
        }
      }
    }
  }

  /** Parses a body, and the block that ends it. */
  private Statement.Body bodyUntil(String end) {
    Statement.Body body = body(Set.of(end));
    tokens.next();
    endBlock();
    return body;
  }

  private void endBlock() {
    tokens.expect(Token.Kind.BLOCK_END);
  }

  private Statement statement() {
    Token name = tokens.next();
    if (name.kind() != Token.Kind.NAME) {
      throw tokens.unexpected(name);
    }
    return switch (name.text()) {
      case "if" -> branches();
      case "for" -> loop();
      case "set" -> set();
      case "macro" -> macro();
      case "call" -> callBlock();
      case "with" -> with();
      case "filter" -> filterBlock();
      case "generation" -> generation();
      case "break" -> leave(name, Statement.Next.END_OF_LOOP);
      case "continue" -> leave(name, Statement.Next.ROUND);
      default ->
          throw new TemplateException(
              "line "
                  + name.line()
                  + ": {% "
                  + name.text()
                  + " %} is unknown or not supported here");
    };
  }

  private Statement branches() {
    List<Statement.Branch> branches = new ArrayList<>();
    Statement.Body otherwise = null;
    while (true) {
      Expression test = expressions.withoutCondition();
      endBlock();
      branches.add(new Statement.Branch(test, body(Set.of("elif", "else", "endif"))));
      String end = tokens.next().text();
      if (end.equals("elif")) {
        continue;
      }
      endBlock();
      if (end.equals("else")) {
        otherwise = bodyUntil("endif");
      }
      return new Statement.If(branches, otherwise);
    }
  }

  private Statement loop() {
    Statement.Target target = names();
    if (!tokens.skipName("in")) {
      throw tokens.unexpected(tokens.peek());
    }
    Expression iterable = expressions.withoutCondition();
    Expression filter = tokens.skipName("if") ? expressions.expression() : null;
    if (tokens.peek().isName("recursive")) {
      throw tokens.error("recursive loops are not supported");
    }
    endBlock();
    loops++;
    Statement.Body body = body(Set.of("else", "endfor"));
    loops--;
    boolean hasElse = tokens.next().text().equals("else");
    endBlock();
    return new Statement.For(target, iterable, filter, body, hasElse ? bodyUntil("endfor") : null);
  }

  private Statement leave(Token name, Statement.Next next) {
    if (loops == 0) {
      throw new TemplateException(
          "line " + name.line() + ": '" + name.text() + "' outside of a loop");
    }
    endBlock();
    return new Statement.Leave(next);
  }

  /** Parses a name, or several of them with commas, maybe in parentheses. */
  private Statement.Target names() {
    boolean parenthesis = tokens.skipOperator("(");
    List<String> names = new ArrayList<>(List.of(tokens.expectName()));
    boolean unpacks = false;
    while (tokens.skipOperator(",")) {
      unpacks = true;
      if (tokens.peek().kind() == Token.Kind.NAME && !tokens.peek().isName("in")) {
        names.add(tokens.expectName());
      }
    }
    if (parenthesis) {
      tokens.expectOperator(")");
    }
    return new Statement.Target(List.copyOf(names), unpacks, null);
  }

  private Statement set() {
    Statement.Target target;
    if (tokens.peekSecond().isOperator(".")) {
      String name = tokens.expectName();
      tokens.next();
      target = new Statement.Target(List.of(name), /* unpacks= */ false, tokens.expectName());
    } else {
      target = names();
    }
    if (tokens.skipOperator("=")) {
      Expression value = expressions.tuple();
      endBlock();
      return new Statement.Assign(target, value);
    }
    Expression filtered = expressions.filters(new Expression.Name(Statement.Capture.CAPTURED));
    endBlock();
    return new Statement.Capture(target, captured("endset"), filtered);
  }

  /** Parses a body that runs on its own, so that no {@code break} in it leaves a loop around it. */
  private Statement.Body captured(String end) {
    int around = loops;
    loops = 0;
    Statement.Body body = bodyUntil(end);
    loops = around;
    return body;
  }

  private Statement macro() {
    String name = tokens.expectName();
    List<Statement.Parameter> parameters = parameters();
    endBlock();
    return new Statement.Macro(name, parameters, captured("endmacro"));
  }

  private List<Statement.Parameter> parameters() {
    List<Statement.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.expectName();
      Expression otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
      if (parameters.stream().anyMatch(p -> p.name().equals(name)) || name.equals("caller")) {
        throw tokens.error("the parameter '" + name + "' cannot stand here");
      }
      parameters.add(new Statement.Parameter(name, otherwise));
    }
    return List.copyOf(parameters);
  }

  private Statement callBlock() {
    List<Statement.Parameter> parameters = tokens.peek().isOperator("(") ? parameters() : List.of();
    Token start = tokens.peek();
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw tokens.unexpected(start);
    }
    endBlock();
    return new Statement.CallBlock(
        call, new Statement.Macro("caller", parameters, captured("endcall")));
  }

  private Statement with() {
    Map<String, Expression> values = new LinkedHashMap<>();
    while (tokens.peek().kind() != Token.Kind.BLOCK_END) {
      if (!values.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.expectName();
      tokens.expectOperator("=");
      values.put(name, expressions.expression());
    }
    endBlock();
    return new Statement.With(values, bodyUntil("endwith"));
  }

  private Statement filterBlock() {
    Expression filtered = expressions.filter(new Expression.Name(Statement.Capture.CAPTURED));
    filtered = expressions.filters(filtered);
    endBlock();
    return new Statement.Capture(null, captured("endfilter"), filtered);
  }

  /** The extension of transformers that marks what a model wrote; here it is put out as it is. */
  private Statement generation() {
    endBlock();
    return new Statement.Capture(
        null, captured("endgeneration"), new Expression.Name(Statement.Capture.CAPTURED));
  }
}
