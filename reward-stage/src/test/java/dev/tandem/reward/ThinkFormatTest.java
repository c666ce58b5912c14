package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThinkFormatTest {

  @Test
  void aThoughtAloneIsWellFormedForReasoningOnly() {
    assertThat(ThinkFormat.isOnlyThought("<think>red circle top left</think>")).isTrue();
    assertThat(ThinkFormat.isThoughtThenAction("<think>red circle top left</think>")).isFalse();
  }

  @Test
  void aThoughtWithAnActionIsWellFormedForReflectionOnly() {
    assertThat(ThinkFormat.isOnlyThought("<think>one is missing</think>add a star")).isFalse();
    assertThat(ThinkFormat.isThoughtThenAction("<think>one is missing</think>add a star")).isTrue();
  }

  @Test
  void nestedOrRepeatedTagsAreNotWellFormed() {
    assertThat(ThinkFormat.isOnlyThought("<think>a<think>b</think>")).isFalse();
    assertThat(ThinkFormat.isThoughtThenAction("<think>a</think>b<think>")).isFalse();
    assertThat(ThinkFormat.isThoughtThenAction("<think>a</think>b</think>")).isFalse();
  }

  @Test
  void stripsWhatPythonStrips() {
    String spaces = " \t\n\u000B\u001C\u001F\u0085\u00A0\u2007\u202F\u3000";
    assertThat(Whitespace.strip(spaces + "a b" + spaces)).isEqualTo("a b");
    assertThat(Whitespace.strip("\u200Ba")).isEqualTo("\u200Ba");
    assertThat(Whitespace.strip(spaces)).isEmpty();
  }

  @Test
  void theInstructionFollowsTheLastThought() {
    assertThat(ThinkFormat.editInstruction("<think>a</think> one </think> two ")).isEqualTo("two");
    assertThat(ThinkFormat.editInstruction("two")).isEqualTo(ThinkFormat.NO_FURTHER_EDIT);
  }

  @Test
  void anyWordingOfNoFurtherEditEndsTheRefinement() {
    assertThat(ThinkFormat.isNoFurtherEdit(ThinkFormat.NO_FURTHER_EDIT)).isTrue();
    assertThat(ThinkFormat.isNoFurtherEdit("please: no further edit needed.")).isTrue();
    assertThat(ThinkFormat.isNoFurtherEdit("")).isFalse();
  }
}
