package dev.aligner.onnx.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.EngineUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, x86_64, linux-x64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, macos-aarch64",
    "Windows 11, amd64, windows-x64",
    "Windows Server 2022, amd64, windows-x64"
  })
  void check_supported_passes(String os, String arch, String name) {
    assertThat(Platform.name(os, arch)).isEqualTo(name).isIn(Platform.SUPPORTED);
    assertThatCode(() -> Platform.check(os, arch, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "Mac OS X, x86_64, macos-x64",
    "Windows 11, aarch64, windows-aarch64",
    "Windows 11, arm64, windows-aarch64",
    "Windows 10, x86, windows-x86",
    "Linux, x86, linux-x86",
    "Linux, i386, linux-i386",
    "Linux, riscv64, linux-riscv64",
    "FreeBSD, amd64, freebsd-x64",
    "'', '', -"
  })
  void check_unsupported_saysWhatIsThereAndWhatIsNeeded(String os, String arch, String name) {
    assertThatThrownBy(() -> Platform.check(os, arch, false))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("found " + name + ",")
        .hasMessageContaining("[linux-aarch64, linux-x64, macos-aarch64, windows-x64]")
        .hasMessageContaining("Fix:")
        .hasMessageContaining("-Donnxruntime.native.path");
  }

  @ParameterizedTest
  @CsvSource({"Mac OS X, x86_64", "Windows 11, aarch64", "Linux, x86"})
  void check_ownNatives_passes(String os, String arch) {
    assertThatCode(() -> Platform.check(os, arch, true)).doesNotThrowAnyException();
  }

  /** Names are compared in a language of their own: a Turkish "I" is no "i". */
  @Test
  void name_upperCase_isTheSame() {
    assertThat(Platform.name("LINUX", "AMD64")).isEqualTo("linux-x64");
  }
}
