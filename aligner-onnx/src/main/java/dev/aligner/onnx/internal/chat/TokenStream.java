package dev.aligner.onnx.internal.chat;

import java.util.List;

/** Tokens and a place among them. */
final class TokenStream {

  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean skip(Token.Kind kind) {
    boolean found = peek().kind() == kind;
    if (found) {
      next();
    }
    return found;
  }

  boolean skipName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  String expectName() {
    Token token = next();
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected(token);
    }
    return token.text();
  }

  void expectOperator(String operator) {
    Token token = next();
    if (!token.isOperator(operator)) {
      throw unexpected(token);
    }
  }

  void expect(Token.Kind kind) {
    Token token = next();
    if (token.kind() != kind) {
      throw unexpected(token);
    }
  }

  TemplateException unexpected(Token token) {
    return new TemplateException("line " + token.line() + ": unexpected " + token);
  }

  TemplateException error(String problem) {
    return new TemplateException("line " + peek().line() + ": " + problem);
  }
}
