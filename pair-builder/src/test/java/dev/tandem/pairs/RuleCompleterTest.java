package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pairs.RuleCompleter.Completion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleCompleterTest {
  private static final List<String> CLASSES =
      List.of("ship", "bird", "airplane", "dog", "truck", "automobile");
  private static final RuleCompleter COMPLETER = new RuleCompleter(CLASSES);
  private static final String AIRPLANE = "{\"include\": [{\"class\": \"airplane\", \"count\": 1}]}";

  @Test
  void asksWhatIsShownWithFourOptions() {
    Completion completion = COMPLETER.complete("sample-1", AIRPLANE).orElseThrow();
    assertThat(completion.options()).hasSize(4).doesNotHaveDuplicates().contains("An airplane");
    assertThat(completion.options().get(completion.answer().charAt(0) - 'A'))
        .isEqualTo("An airplane");
    assertThat(completion.question())
        .startsWith("What is shown in the image?\nA. ")
        .contains("\nD. ")
        .endsWith("\n\nAnswer with the option's letter from the given choices directly.");
  }

  @Test
  void sameSampleSameQuestionWhateverTheOrderOfTheClasses() {
    RuleCompleter sorted = new RuleCompleter(CLASSES.stream().sorted().toList());
    for (int i = 0; i < 20; i++) {
      assertThat(sorted.complete("sample-" + i, AIRPLANE))
          .isEqualTo(COMPLETER.complete("sample-" + i, AIRPLANE));
    }
  }

  @Test
  void everyLetterComesUp() {
    Set<String> letters = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      letters.add(COMPLETER.complete("sample-" + i, AIRPLANE).orElseThrow().answer());
    }
    assertThat(letters).containsExactlyInAnyOrder("A", "B", "C", "D");
  }

  @Test
  void neverOffersAClassThatMayBeShownAsAWrongOption() {
    String metadata =
        """
        {"include": [{"class": "dog", "count": 2}, {"class": "ship", "count": 1}],
         "exclude": [{"class": "dog", "count": 3}, {"class": "bird", "count": 1}]}
        """;
    for (int i = 0; i < 50; i++) {
      Completion completion = COMPLETER.complete("sample-" + i, metadata).orElseThrow();
      assertThat(completion.question()).startsWith("Which of these is in the image?");
      assertThat(completion.options()).doesNotContain("bird");
      assertThat(completion.options().stream().filter(Set.of("dog", "ship")::contains)).hasSize(1);
      assertThat(completion.options().get(completion.answer().charAt(0) - 'A')).isIn("dog", "ship");
    }
  }

  @Test
  void leavesWhatItCannotComplete() {
    assertThat(COMPLETER.complete("s", "{}")).isEmpty();
    assertThat(COMPLETER.complete("s", "{\"include\": []}")).isEmpty();
    assertThat(COMPLETER.complete("s", "{\"include\": [{\"count\": 1}]}")).isEmpty();
    assertThat(COMPLETER.complete("s", "not json")).isEmpty();
    RuleCompleter few = new RuleCompleter(List.of("airplane", "bird", "dog"));
    assertThat(few.complete("s", AIRPLANE)).isEmpty();
  }
}
