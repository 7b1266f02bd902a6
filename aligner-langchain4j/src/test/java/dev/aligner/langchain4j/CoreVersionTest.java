package dev.aligner.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The build runs this suite twice; that the second run has another core is not taken on trust. */
class CoreVersionTest {

  @Test
  void core_isTheOneThatTheBuildNames() throws Exception {
    assertThat(version("langchain4j-core")).isEqualTo(System.getProperty("langchain4j.core"));
    assertThat(ChatModel.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .endsWith("langchain4j-core-" + System.getProperty("langchain4j.core") + ".jar");
  }

  @Test
  void aiServices_areOfTheSetThatIsPinned() {
    assertThat(AiServices.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .endsWith("langchain4j-" + System.getProperty("langchain4j.set") + ".jar");
  }

  private static String version(String artifact) throws Exception {
    Properties properties = new Properties();
    String file = "META-INF/maven/dev.langchain4j/" + artifact + "/pom.properties";
    try (var stream = ChatModel.class.getClassLoader().getResourceAsStream(file)) {
      properties.load(stream);
    }
    return properties.getProperty("version");
  }
}
