package dev.aligner.onnx.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aligner.ModelLoadException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The templates whose licence does not allow that they are committed, Gemma's and Llama's among
 * them, give the text of transformers, told by its SHA-256. The system property {@code
 * aligner.chatTemplates} names the folder that src/test/goldens/chat_templates.py wrote; without
 * it, this fails.
 */
class RestrictedTemplatesIT {

  static List<ChatGoldens.Case> cases() {
    String folder =
        Objects.requireNonNull(
            System.getProperty("aligner.chatTemplates"), "-Daligner.chatTemplates=folder");
    return ChatGoldens.cases("expected-restricted.json", Path.of(folder));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void render_isWhatTransformersRenders(ChatGoldens.Case golden) throws NoSuchAlgorithmException {
    if (golden.expected().has("sha256")) {
      byte[] text = golden.render().getBytes(StandardCharsets.UTF_8);
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(text);
      assertThat(HexFormat.of().formatHex(sum))
          .isEqualTo(golden.expected().path("sha256").textValue());
    } else {
      assertThatThrownBy(golden::render)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(golden.expected().path("error").asText(""));
    }
  }
}
