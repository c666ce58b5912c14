package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionChoiceTest {
  private static final List<String> ANIMALS =
      List.of("An airplane", "A dog", "A horse", "two red circles");

  /** {@code -} stands for: no option chosen. */
  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A                                      | A
          B                                      | B
          b                                      | B
          ' B '                                  | B
          B.                                     | B
          B)                                     | B
          B:                                     | B
          (B)                                    | B
          (b)                                    | B
          [B]                                    | B
          {B}                                    | B
          **B**                                  | B
          *B*                                    | B
          `B`                                    | B
          "B"                                    | B
          $B$                                    | B
          \\boxed{B}                             | B
          $\\boxed{B}$                           | B
          Answer: B                              | B
          answer: b                              | B
          ANSWER: B                              | B
          Answer:B                               | B
          Answer - B                             | B
          Answer = B                             | B
          Answer B                               | B
          Answer: (B)                            | B
          Answer: **B**                          | B
          **Answer:** B                          | B
          The answer is B                        | B
          The answer is B.                       | B
          The answer is: B                       | B
          The answer is (B).                     | B
          The correct answer is B                | B
          The correct answer is option B         | B
          So, the answer is B                    | B
          My final answer: B                     | B
          Option B                               | B
          option b                               | B
          Choice B.                              | B
          <answer>B</answer>                     | B
          <answer> B. </answer>                  | B
          <ANSWER>(B)</ANSWER>                   | B
          <answer>B                              | B
          <answer>A dog</answer>                 | B
          <answer>Answer: B</answer>             | B
          'I see A and C. <answer>B</answer>'    | B
          <think>A or C?</think>B                | B
          <think>A dog</think><answer>B</answer> | B
          A dog                                  | B
          a dog                                  | B
          A dog.                                 | B
          A DOG                                  | B
          Answer: A dog                          | B
          The answer is a dog.                   | B
          an airplane                            | A
          Two red  circles                       | D
          B. A dog                               | B
          (B) A dog                              | B
          B) a dog.                              | B
          B: A dog                               | B
          B - a dog                              | B
          B, because it barks                    | B
          I think B is right                     | B
          It must be B!                          | B
          B is correct                           | B
          A is correct                           | A
          A because it flies                     | A
          A, since it flies                      | A
          A picture shows B                      | B
          B. B                                   | B
          The answer is B. I choose B.           | B
          A or B                                 | -
          A, B                                   | -
          A and B                                | -
          (A) (B)                                | -
          A. B.                                  | -
          B. A horse                             | -
          A. A dog                               | -
          Answer: A. Answer: B                   | -
          <answer>A</answer><answer>B</answer>   | -
          ABCD                                   | -
          E                                      | -
          Z.                                     | -
          I                                      | -
          A cat                                  | -
          dog                                    | -
          It is not a dog                        | -
          I do not know                          | -
          ''                                     | -
          ...                                    | -
          <think>B                               | -
          <answer></answer>                      | -
          """)
  void understandsTheSpellingsOfAChoice(String answer, String expected) {
    assertThat(new OptionChoice(ANIMALS).parse(answer)).isEqualTo(letter(expected));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2     | C
          3.    | B
          B. 3  | B
          A. 3  | -
          10    | -
          """)
  void comparesNumbersAsOptionTexts(String answer, String expected) {
    OptionChoice choice = new OptionChoice(List.of("1", "3", "2", "4"));
    assertThat(choice.parse(answer)).isEqualTo(letter(expected));
  }

  @Test
  void anOptionTextThatOccursTwiceChoosesNothing() {
    assertThat(new OptionChoice(List.of("red", "red")).parse("red")).isEmpty();
  }

  @Test
  void withoutOptionsTheFirstSixLettersCount() {
    OptionChoice unknown = new OptionChoice(List.of());
    assertThat(unknown.parse("F")).contains('F');
    assertThat(unknown.parse("I think D")).contains('D');
    assertThat(unknown.parse("G")).isEmpty();
  }

  @Test
  void findsTheOptionsOfAQuestion() {
    String question =
        "How many shapes are in the image?\nA. 1\nB. 3\n(C) 2\nD) four \n\nB. is no option here";
    assertThat(OptionChoice.optionsIn(question)).containsExactly("1", "3", "2", "four");
    assertThat(OptionChoice.optionsIn("What is this?")).isEmpty();
  }

  private static Optional<Character> letter(String expected) {
    return expected.equals("-") ? Optional.empty() : Optional.of(expected.charAt(0));
  }
}
