package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Segment;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class SystemPromptsTest {
  private static final String TOLD = "Think before you draw.";
  private static final TextSampling TEXT = new TextSampling(0.9, 0, 1, 6);
  private static final Guidance GUIDED =
      new Guidance(4.0, 1.5, 0.4, 1, Guidance.Renorm.TEXT_CHANNEL, 0);

  private static Rollouts rollOut(Policy policy, List<Segment> context, Guidance guidance) {
    ImageSampling image = new ImageSampling(4, 3, List.of(0), 0.7, guidance);
    return Rollouts.sample(policy, context, TEXT, image, Rollouts.keys(0, 2));
  }

  private static List<Segment> behind(Segment first, int group) {
    List<Segment> segments = new ArrayList<>(List.of(first));
    segments.addAll(Rollouts.context(group));
    return segments;
  }

  @Test
  void comeBeforeTheContextOfTheirStageAlone() {
    SystemPrompts told = new SystemPrompts(null, TOLD);

    assertThat(told.reason("a dog"))
        .containsExactly(new Segment.SystemPrompt(TOLD), new Segment.Text("a dog"));
    assertThat(SystemPrompts.NONE.reason("a dog")).containsExactly(new Segment.Text("a dog"));
    assertThatThrownBy(() -> new SystemPrompts(null, " "))
        .hasMessage("Invalid reason: ' ' (must have a word, or be null for none)");
  }

  @Test
  void areReadLikeTextButStayWhereGuidanceDropsTheText() {
    List<Segment> told = behind(new Segment.SystemPrompt(TOLD), 0);
    List<Segment> asText = behind(new Segment.Text(TOLD), 0);
    try (Policy policy = Policies.load(Rollouts.bundled())) {
      assertThat(rollOut(policy, told, Guidance.NONE).bits())
          .isEqualTo(rollOut(policy, asText, Guidance.NONE).bits())
          .isNotEqualTo(rollOut(policy, Rollouts.context(0), Guidance.NONE).bits());

      Rollouts guided = rollOut(policy, told, GUIDED);
      Rollouts dropped = rollOut(policy, asText, GUIDED);
      assertThat(guided.texts().get(0).tokens()).isEqualTo(dropped.texts().get(0).tokens());
      assertThat(guided.images().get(0).image()).isNotEqualTo(dropped.images().get(0).image());
    }
  }

  @Test
  void countInTheWorkOfAReplay() {
    try (Policy policy = Policies.load(Rollouts.bundled());
        TrainablePolicy trainable = TrainablePolicies.load(Rollouts.bundled());
        PointerScope scope = new PointerScope()) {
      for (int group = 0; group < 2; group++) { // without and with an image
        Rollouts rollouts = rollOut(policy, behind(new Segment.SystemPrompt(TOLD), group), GUIDED);
        PassCounts before = trainable.passes();
        trainable.replay(rollouts.trajectories());
        assertThat(trainable.work(rollouts.trajectories()))
            .isEqualTo(trainable.passes().since(before).tokens());
      }
    }
  }
}
