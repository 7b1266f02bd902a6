package dev.aligner.onnx.internal.session.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The private parts of ONNX Runtime are checked before they are used; nothing ends the JVM. */
class ProbeTest {

  private static final String RUNTIME = "ai.onnxruntime.OnnxRuntime";

  @BeforeAll
  static void load() {
    assertThat(OrtEnvironment.getEnvironment()).isNotNull();
  }

  @Test
  void find_theBindingOnTheClassPath_isAsExpected() throws BindingUnavailableException {
    JavaBinding binding = JavaBinding.find();

    assertThat(binding.apiTable()).isNotZero();
    assertThatCode(() -> OrtApi.of(binding.apiTable())).doesNotThrowAnyException();
  }

  @Test
  void find_fieldsOfOtherNamesOrTypes_areRefused() {
    refused(RUNTIME, "apiHandleOfAnotherRelease", OrtSession.class, "nativeHandle");
    refused(RUNTIME, "loaded", OrtSession.class, "nativeHandle");
    refused("ai.onnxruntime.Moved", "ortApiHandle", OrtSession.class, "nativeHandle");
    refused(RUNTIME, "ortApiHandle", OrtSession.class, "handle");
    refused(RUNTIME, "ortApiHandle", OrtSession.class, "metadata");
    // Hidden: a named module that is not opened.
    refused(RUNTIME, "ortApiHandle", Long.class, "value");
  }

  private static void refused(
      String runtime, String table, Class<?> sessionClass, String sessionField) {
    assertThatThrownBy(() -> JavaBinding.find(runtime, table, sessionClass, sessionField))
        .isInstanceOf(BindingUnavailableException.class)
        .hasMessageContaining("is not as expected");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void of_addressThatIsNotTheTable_isRefusedBeforeItIsCalled() {
    try (Memory memory = new Memory(4096)) {
      memory.clear();
      long address = Pointer.nativeValue(memory);

      assertThatThrownBy(() -> OrtApi.of(address))
          .isInstanceOf(BindingUnavailableException.class)
          .hasMessageContaining("the table of ONNX Runtime's C API does not lie in its library");
    }
    assertThatThrownBy(() -> OrtApi.of(64)).isInstanceOf(BindingUnavailableException.class);
  }

  @Test
  void codeRange_readsTheMapsOfLinux() throws BindingUnavailableException {
    CodeRange range =
        CodeRange.of(
            List.of(
                "1000-2000 r--p 00000000 fe:00 1  /tmp/libother.so",
                "2000-3000 r--p 00000000 fe:00 2  /tmp/onnxruntime-java1/libonnxruntime.so",
                "3000-5000 r-xp 00001000 fe:00 2  /tmp/libonnxruntime.so (deleted)",
                "5000-6000 rw-p 00003000 fe:00 2  /tmp/libonnxruntime.so",
                "6000-7000 rw-p 00000000 00:00 0 ",
                "8000-9000 r-xp 00000000 00:00 0 "));

    assertThatCode(() -> range.require("table", 0x2800, 0x100)).doesNotThrowAnyException();
    assertThatCode(() -> range.require("table", 0x6800, 0x100)).doesNotThrowAnyException();
    assertThatCode(() -> range.requireCode("function", 0x3000)).doesNotThrowAnyException();
    for (long address : new long[] {0, 0x1800, 0x2f01, 0x8800, 0xa000}) {
      assertThatThrownBy(() -> range.require("table", address, 0x100))
          .isInstanceOf(BindingUnavailableException.class);
    }
    for (long address : new long[] {0, 0x1800, 0x2000, 0x5000, 0x8000}) {
      assertThatThrownBy(() -> range.requireCode("function", address))
          .isInstanceOf(BindingUnavailableException.class);
    }
    assertThatThrownBy(() -> CodeRange.of(List.of("1000-2000 r--p 0 fe:00 1  /tmp/libother.so")))
        .isInstanceOf(BindingUnavailableException.class);
  }
}
