package dev.tandem.pairs.imports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MultipleChoiceTest {
  @Test
  void optionsAreTheLettteredLines() {
    assertThat(
            MultipleChoice.options(
                "How many?\nA. 1\nB. 3\nC. two of them \nD. 4\n\nAnswer with the option's letter."))
        .containsExactly("1", "3", "two of them", "4");
  }

  @Test
  void bracketsAndColonsWillDo() {
    assertThat(MultipleChoice.options("Which?\n(A) left\n(B) right"))
        .containsExactly("left", "right");
    assertThat(MultipleChoice.options("Which?\r\nA: x\r\nB: y\r\n")).containsExactly("x", "y");
    assertThat(MultipleChoice.options("Which?\n  A) x\n  B) y")).containsExactly("x", "y");
  }

  @Test
  void openQuestionsHaveNone() {
    assertThat(MultipleChoice.options("What is this?")).isEmpty();
    assertThat(MultipleChoice.options("Choose\nA. only one")).isEmpty();
    assertThat(MultipleChoice.options("A. B. Yehoshua wrote it?\nC. S. Lewis?")).isEmpty();
    assertThat(MultipleChoice.options("")).isEmpty();
  }

  @Test
  void theFirstRunInOrderCounts() {
    assertThat(MultipleChoice.options("A. stray\nquestion\nA. x\nB. y\nA. z\nB. w"))
        .containsExactly("x", "y");
    assertThat(MultipleChoice.options("q\nA. x\nC. y\nA. p\nB. q\nD. r")).containsExactly("p", "q");
  }
}
