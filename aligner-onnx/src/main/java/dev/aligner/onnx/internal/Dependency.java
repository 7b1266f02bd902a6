package dev.aligner.onnx.internal;

import dev.aligner.EngineUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A library that this one is tested with in one version. Other libraries on the same class path pin
 * older ones, whose native parts behave differently, so that is found out at load.
 */
public enum Dependency {
  /** ONNX Runtime. */
  ONNX_RUNTIME("com.microsoft.onnxruntime", "onnxruntime"),
  /** The Hugging Face tokenizers of DJL. */
  TOKENIZERS("ai.djl.huggingface", "tokenizers");

  private static final Properties TESTED = load();
  private static final Pattern NUMBERS = Pattern.compile("(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?");

  private final String groupId;
  private final String artifactId;

  Dependency(String groupId, String artifactId) {
    this.groupId = groupId;
    this.artifactId = artifactId;
  }

  /**
   * Returns the version this library is tested with.
   *
   * @return a version such as {@code 1.29.0}
   */
  public String testedVersion() {
    return TESTED.getProperty(artifactId);
  }

  /**
   * Checks the version on the class path.
   *
   * @param found the version that is there
   * @throws EngineUnavailableException if it is older than tested; the message holds the lines that
   *     mend it
   */
  public void require(String found) {
    if (Arrays.compare(numbers(found), numbers(testedVersion())) >= 0) {
      return;
    }
    String shown = found.isBlank() ? "an unknown version" : found;
    throw new EngineUnavailableException(
        """
        %s is too old: found %s on the class path, expected %s or newer. Another library pins the \
        old one. Fix: add this to your pom.xml:
        <dependencyManagement>
          <dependencies>
            <dependency>
              <groupId>%s</groupId>
              <artifactId>%s</artifactId>
              <version>%s</version>
            </dependency>
          </dependencies>
        </dependencyManagement>"""
            .formatted(artifactId, shown, testedVersion(), groupId, artifactId, testedVersion()),
        null);
  }

  /**
   * Returns the first three numbers of a version: {@code 1.29.0-rc1} has 1, 29 and 0, {@code 1.30}
   * has 1, 30 and 0, and what is no version has three zeros.
   */
  private static int[] numbers(String version) {
    Matcher numbers = NUMBERS.matcher(version);
    return numbers.lookingAt()
        ? IntStream.rangeClosed(1, 3).map(i -> number(numbers.group(i))).toArray()
        : new int[3];
  }

  private static int number(@Nullable String digits) {
    if (digits == null) {
      return 0;
    }
    return digits.length() < 10 ? Integer.parseInt(digits) : Integer.MAX_VALUE;
  }

  private static Properties load() {
    Properties properties = new Properties();
    try (InputStream stream = Dependency.class.getResourceAsStream("versions.properties")) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
