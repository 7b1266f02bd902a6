package dev.aligner.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArgumentsTest {

  @Test
  void last_garbledArguments_takesThoseOfTheProcess() {
    String[] args = {"correct", "--answer", "???", ""};

    assertThat(Arguments.last(args, "java\0-jar\0a.jar\0correct\0--answer\0ü 他\0\0"))
        .containsExactly("correct", "--answer", "ü 他", "");
  }

  @Test
  void last_noArguments_isEmpty() {
    assertThat(Arguments.last(new String[0], "java\0-jar\0a.jar\0")).isEmpty();
  }

  @Test
  void last_fewerInTheProcess_takesWhatJavaGave() {
    assertThat(Arguments.last(new String[] {"a", "b"}, "a\0")).containsExactly("a", "b");
    assertThat(Arguments.last(new String[] {"a"}, "")).containsExactly("a");
  }
}
