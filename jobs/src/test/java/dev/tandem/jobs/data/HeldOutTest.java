package dev.tandem.jobs.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeldOutTest {
  private static final int DRAWS = 2000;

  @ParameterizedTest
  @EnumSource
  void everyTemplateHasPromptsOnBothSides(Tag tag) {
    Map<Boolean, Set<String>> split =
        IntStream.range(0, DRAWS)
            .mapToObj(i -> PromptTask.draw(tag, RandomKey.of(i).random()).prompt())
            .collect(Collectors.partitioningBy(HeldOut::contains, Collectors.toSet()));

    assertThat(split.get(true)).isNotEmpty();
    assertThat(split.get(false)).hasSizeGreaterThan(split.get(true).size());
  }
}
