package dev.aligner.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aligner.dataset.DatasetRow.Conversational;
import dev.aligner.dataset.DatasetRow.Message;
import dev.aligner.dataset.DatasetRow.Preference;
import dev.aligner.dataset.DatasetRow.Qac;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The rows as TRL documents them (Dataset formats and types, preference): standard rows are three
 * strings, conversational ones three lists of messages with role and content, the prompt explicit.
 */
class DatasetRowTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void json_preference_isThreeStrings() {
    assertThat(new Preference("The sky is", " blue.", " green.").json())
        .isEqualTo("{\"prompt\":\"The sky is\",\"chosen\":\" blue.\",\"rejected\":\" green.\"}");
  }

  @Test
  void json_conversational_isThreeListsOfMessages() {
    Conversational row =
        new Conversational(
            List.of(new Message("user", "What color is the sky?")),
            List.of(new Message("assistant", "It is blue.")),
            List.of(new Message("assistant", "It is green.")));

    assertThat(row.json())
        .isEqualTo(
            "{\"prompt\":[{\"role\":\"user\",\"content\":\"What color is the sky?\"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"It is blue.\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"It is green.\"}]}");
  }

  @Test
  void json_qac_hasOriginalInLaterRoundsAlone() {
    assertThat(new Qac("q", "a", "c", 1, Optional.empty()).json())
        .isEqualTo("{\"question\":\"q\",\"answer\":\"a\",\"correction\":\"c\",\"round\":1}");
    assertThat(new Qac("q", "a", "c", 2, Optional.of("o")).json())
        .isEqualTo(
            "{\"question\":\"q\",\"answer\":\"a\",\"correction\":\"c\",\"original\":\"o\","
                + "\"round\":2}");
  }

  @Test
  void json_hostileText_isOneLineForEverybodyAndComesBack() throws Exception {
    String text = "a\r\nb\u2028c\u2029d\u0085e\0f\"g\\h\uD83D\uDE00i\u000b\f";

    String json = new Preference(text, text + "1", text + "2").json();

    assertThat(json.lines().count()).isEqualTo(1);
    assertThat(json).doesNotContain("\u2028", "\u2029", "\u0085", "\u000b", "\f", "\0");
    JsonNode read = JSON.readTree(json);
    assertThat(read.get("prompt").textValue()).isEqualTo(text);
    assertThat(read.get("chosen").textValue()).isEqualTo(text + "1");
    assertThat(read.get("rejected").textValue()).isEqualTo(text + "2");
  }

  @Test
  void toString_tellsNoText() {
    assertThat(new Qac("secret", "secret", "secret", 1, Optional.of("secret")).toString())
        .doesNotContain("secret")
        .contains("6");
    assertThat(new Preference("secret", "secret", "secret").toString()).doesNotContain("secret");
    assertThat(
            new Conversational(List.of(new Message("user", "secret")), List.of(), List.of())
                .toString())
        .doesNotContain("secret");
  }

  @Test
  void qac_negativeRound_throws() {
    assertThatThrownBy(() -> new Qac("q", "a", "c", -1, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found -1");
  }
}
