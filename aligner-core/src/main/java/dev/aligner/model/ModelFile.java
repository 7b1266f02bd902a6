package dev.aligner.model;

/**
 * One file of a {@link BundledModel}.
 *
 * <p>Immutable and thread-safe.
 */
public final class ModelFile {

  private final String path;
  private final long size;
  private final String sha256;

  ModelFile(String path, long size, String sha256) {
    this.path = path;
    this.size = size;
    this.sha256 = sha256;
  }

  /**
   * Returns where the file stands in the model directory.
   *
   * @return a relative path with {@code /}, such as {@code encoder_model.onnx}
   */
  public String path() {
    return path;
  }

  /**
   * Returns the size of the file.
   *
   * @return the size in bytes
   */
  public long size() {
    return size;
  }

  /**
   * Returns the digest of the file.
   *
   * @return the SHA-256 in 64 lower-case hexadecimal digits
   */
  public String sha256() {
    return sha256;
  }

  @Override
  public String toString() {
    return path + " (" + size + " bytes, sha256 " + sha256 + ")";
  }
}
