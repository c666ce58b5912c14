package dev.tandem.jobs.examination;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Judgement;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Edit;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.List;

/** Findings made by hand. */
final class FindingsFixture {
  static final String EDITS = "<think>one star is missing</think>add a red star top left";
  static final String LEAVES_ALONE = "<think>the image is right</think>" + Edit.NO_EDIT;

  private static final RgbImage IMAGE = new RgbImage(32, 32, new byte[32 * 32 * 3]);
  private static final Judgement RIGHT = new Judgement(1, true, true);
  private static final Judgement WRONG = new Judgement(0.5, false, true);

  private FindingsFixture() {}

  static Critique critique(boolean wasRight, String reflection, boolean isRight) {
    return new Critique(IMAGE, judgement(wasRight), reflection, IMAGE, judgement(isRight));
  }

  private static Judgement judgement(boolean right) {
    return right ? RIGHT : WRONG;
  }

  static PromptFindings prompt(Tag tag, boolean drawn, Planning planning, Critique own) {
    PromptTask task = PromptTask.draw(tag, RandomKey.of(tag.ordinal()).random());
    String plan = task.plan(RandomKey.of(1).random()).text();
    return new PromptFindings(
        task, judgement(drawn), planning, plan, own, critique(true, LEAVES_ALONE, true));
  }

  static Answer answer(String kind, boolean right) {
    return new Answer(
        Suite.MULTIPLE_CHOICE, "question", kind, "?", "A", null, right ? 1 : 0, right, null, 0);
  }

  /** Four prompts, one of each kind of reflection: two right images and two wrong ones. */
  static Findings small() {
    return new Findings(
        List.of(
            prompt(
                Tag.COLORS,
                true,
                new Planning(true, 16, 12, 16),
                critique(true, LEAVES_ALONE, true)),
            prompt(Tag.COLORS, true, new Planning(true, 16, 4, 16), critique(true, EDITS, false)),
            prompt(Tag.COUNTING, true, new Planning(false, 16, 0, 8), critique(false, EDITS, true)),
            prompt(
                Tag.COUNTING,
                false,
                new Planning(false, 16, 16, 16),
                critique(false, LEAVES_ALONE, false))),
        List.of(answer("count", true), answer("shape", true), answer("shape", false)));
  }
}
