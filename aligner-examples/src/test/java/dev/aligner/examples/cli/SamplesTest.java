package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void all_bundledFile_holdsTheKindsToShow() throws Exception {
    List<JsonlInput.Item> samples = Samples.all();

    assertThat(samples).hasSizeBetween(5, 8);
    assertThat(samples).extracting(JsonlInput.Item::request).doesNotHaveDuplicates();
    assertThat(samples).allMatch(sample -> !sample.request().query().isBlank());
    assertThat(samples).anyMatch(s -> s.request().answer().contains("```python\n"));
    assertThat(samples).anyMatch(s -> s.request().answer().contains("https://"));
  }
}
