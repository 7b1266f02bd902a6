package dev.aligner.onnx.internal.model;

/**
 * A kind of operator.
 *
 * @param domain where it is defined; empty for ONNX itself, which is also called ai.onnx
 * @param type its name there
 */
public record Operator(String domain, String type) {

  public Operator {
    domain = domain.equals("ai.onnx") ? "" : domain;
  }

  /**
   * Returns an operator of ONNX Runtime's own domain.
   *
   * @param type its name
   * @return the operator
   */
  public static Operator contrib(String type) {
    return new Operator("com.microsoft", type);
  }

  @Override
  public String toString() {
    return (domain.isEmpty() ? "ai.onnx" : domain) + "." + type;
  }
}
