package dev.aligner.onnx.internal.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}: a
 * line break after a block is dropped, and so is the indentation before one.
 */
final class Lexer {

  private static final String[] OPERATORS = {
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";"
  };

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Character> brackets = new ArrayDeque<>();
  private int at;
  private int line = 1;
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String source) {
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    Lexer lexer = new Lexer(text);
    lexer.root();
    return lexer.tokens;
  }

  private void root() {
    while (at < source.length()) {
      int tag = nextTag(at);
      if (tag == source.length()) {
        data(source.substring(at), tag);
        break;
      }
      char kind = source.charAt(tag + 1);
      int signAt = tag + 2;
      char sign = signAt < source.length() ? source.charAt(signAt) : ' ';
      boolean signed = sign == '-' || (sign == '+' && kind != '{');
      data(beforeTag(source.substring(at, tag), sign, kind), tag);
      int start = signed ? signAt + 1 : signAt;
      at = start;
      switch (kind) {
        case '#' -> comment();
        case '{' -> inside(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, "}}");
        default -> {
          if (!raw()) {
            inside(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, "%}");
          }
        }
      }
      lineStarts = source.charAt(at - 1) == '\n';
    }
    tokens.add(new Token(Token.Kind.END, "", line));
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  /** Drops whitespace before a tag: all of it by {@code -}, the indentation of a block. */
  private String beforeTag(String text, char sign, char kind) {
    if (sign == '-') {
      return PyStrings.strip(text, /* left= */ false, /* right= */ true);
    }
    if (sign == '+' || kind == '{') {
      return text;
    }
    int indentation = text.lastIndexOf('\n') + 1;
    boolean wholeLine = indentation > 0 || lineStarts;
    return wholeLine && PyStrings.isSpace(text, indentation, text.length())
        ? text.substring(0, indentation)
        : text;
  }

  private void data(String text, int end) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.DATA, text, line));
    }
    moveTo(end);
  }

  private void moveTo(int end) {
    for (int i = at; i < end; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    at = end;
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw error("a comment does not end");
    }
    closeTag(end, end > at ? source.charAt(end - 1) : ' ');
  }

  /** Moves behind a closing tag of two characters, and over the whitespace that it drops. */
  private void closeTag(int tag, char sign) {
    int end = tag + 2;
    if (sign == '-') {
      while (end < source.length() && PyStrings.isSpace(source.charAt(end))) {
        end++;
      }
    } else if (sign != '+' && source.startsWith("\n", end)) {
      end++;
    }
    moveTo(end);
  }

  /** Reads {@code raw} to {@code endraw}, whose text is data. */
  private boolean raw() {
    int name = skipSpace(at);
    int close = source.startsWith("raw", name) ? skipSpace(name + 3) : -1;
    boolean strips = close >= 0 && source.startsWith("-%}", close);
    if (!strips && (close < 0 || !source.startsWith("%}", close))) {
      return false;
    }
    moveTo(close + (strips ? 3 : 2));
    if (strips) {
      moveTo(skipSpace(at));
    }
    lineStarts = source.charAt(at - 1) == '\n';
    for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 2)) {
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      int word = skipSpace(sign == '-' || sign == '+' ? tag + 3 : tag + 2);
      if (!source.startsWith("endraw", word)) {
        continue;
      }
      int end = skipSpace(word + 6);
      char endSign = end < source.length() ? source.charAt(end) : ' ';
      boolean signed = endSign == '-' || endSign == '+';
      if (source.startsWith("%}", signed ? end + 1 : end)) {
        data(beforeTag(source.substring(at, tag), sign, '%'), tag);
        closeTag(signed ? end + 1 : end, endSign);
        return true;
      }
    }
    throw error("{% raw %} does not end");
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < source.length() && PyStrings.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void inside(Token.Kind begin, Token.Kind end, String close) {
    tokens.add(new Token(begin, "", line));
    brackets.clear();
    while (true) {
      moveTo(skipSpace(at));
      if (at >= source.length()) {
        throw error("a tag does not end");
      }
      if (brackets.isEmpty() && closes(close)) {
        tokens.add(new Token(end, close, line));
        char sign = source.charAt(at);
        boolean signed = sign == '-' || sign == '+';
        int tag = signed ? at + 1 : at;
        if (end == Token.Kind.VARIABLE_END && sign != '-') {
          moveTo(tag + 2);
        } else {
          closeTag(tag, sign);
        }
        return;
      }
      expressionToken();
    }
  }

  private boolean closes(String close) {
    return source.startsWith(close, at)
        || source.startsWith("-" + close, at)
        || (close.equals("%}") && source.startsWith("+%}", at));
  }

  private void expressionToken() {
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      string(c);
    } else if (isDigit(c)) {
      number();
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      int end = at + 1;
      while (end < source.length() && isNamePart(source.charAt(end))) {
        end++;
      }
      tokens.add(new Token(Token.Kind.NAME, source.substring(at, end), line));
      at = end;
    } else {
      operator();
    }
  }

  private static boolean isNamePart(char c) {
    return c == '_'
        || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private int digits(int from) {
    int end = from;
    while (end < source.length()
        && (isDigit(source.charAt(end))
            || (source.charAt(end) == '_'
                && end > from
                && end + 1 < source.length()
                && isDigit(source.charAt(end + 1))))) {
      end++;
    }
    return end;
  }

  private void number() {
    int end = digits(at);
    Token.Kind kind = Token.Kind.INTEGER;
    if (end + 1 < source.length() && source.charAt(end) == '.' && isDigit(source.charAt(end + 1))) {
      end = digits(end + 1);
      kind = Token.Kind.FLOAT;
    }
    if (end < source.length() && (source.charAt(end) == 'e' || source.charAt(end) == 'E')) {
      int exponent = end + 1;
      if (exponent < source.length() && "+-".indexOf(source.charAt(exponent)) >= 0) {
        exponent++;
      }
      int exponentEnd = digits(exponent);
      if (exponentEnd > exponent) {
        end = exponentEnd;
        kind = Token.Kind.FLOAT;
      }
    }
    tokens.add(new Token(kind, source.substring(at, end).replace("_", ""), line));
    at = end;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw error("a string does not end");
    }
    String value = PyStrings.unescape(source.substring(at + 1, end), line);
    tokens.add(new Token(Token.Kind.STRING, value, line));
    moveTo(end + 1);
  }

  private void operator() {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator.charAt(0));
        tokens.add(new Token(Token.Kind.OPERATOR, operator, line));
        at += operator.length();
        return;
      }
    }
    throw error("unexpected character '" + source.charAt(at) + "'");
  }

  private void balance(char c) {
    switch (c) {
      case '(' -> brackets.push(')');
      case '[' -> brackets.push(']');
      case '{' -> brackets.push('}');
      case ')', ']', '}' -> {
        if (brackets.isEmpty() || brackets.pop() != c) {
          throw error("unexpected '" + c + "'");
        }
      }
      default -> {}
    }
  }

  private TemplateException error(String problem) {
    return new TemplateException("line " + line + ": " + problem);
  }
}
