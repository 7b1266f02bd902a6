package dev.aligner.onnx.internal.chat;

/**
 * A piece of a template's source.
 *
 * @param kind what it is
 * @param text its characters; of a string, its value
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    VARIABLE_BEGIN,
    VARIABLE_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case END -> "the end of the template";
      case BLOCK_END -> "%}";
      case VARIABLE_END -> "}}";
      default -> "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
    };
  }
}
