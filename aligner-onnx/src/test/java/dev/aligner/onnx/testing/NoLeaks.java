package dev.aligner.onnx.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aligner.onnx.internal.lifecycle.NativeHandle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** After each test class all native handles are closed. Registered for every test class. */
public final class NoLeaks implements AfterAllCallback {

  @Override
  public void afterAll(ExtensionContext context) {
    if (context.getTestClass().filter(c -> c.getEnclosingClass() == null).isPresent()) {
      assertThat(NativeHandle.live()).as("live native handles").isZero();
    }
  }
}
