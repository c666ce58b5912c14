package dev.tandem.reward.refine;

import dev.tandem.reward.ThinkFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * One image through the rounds of reflecting and refining. Round 0 draws it; each later round
 * writes an instruction and edits, or says that no further edit is needed and leaves it.
 *
 * @param shown by round, the round whose image it shows
 * @param finishedSteps rounds that were run, the first included; all where it never stopped
 * @param finished whether it stopped because no further edit was needed
 */
public record Refinement(List<Integer> shown, int finishedSteps, boolean finished) {
  public Refinement {
    shown = List.copyOf(shown);
  }

  /**
   * Follows the instructions of rounds 1, 2, ...
   *
   * @param rounds all rounds, the first included
   * @param stops whether it stops at the first instruction that asks for no further edit; its image
   *     then stands for the remaining rounds
   */
  public static Refinement of(List<String> instructions, int rounds, boolean stops) {
    List<Integer> shown = new ArrayList<>(List.of(0));
    int image = 0;
    int steps = rounds;
    boolean finished = false;
    for (int round = 1; round < rounds; round++) {
      if (!finished && !ThinkFormat.isNoFurtherEdit(instructions.get(round - 1))) {
        image = round;
      } else if (!finished && stops) {
        finished = true;
        steps = round;
      }
      shown.add(image);
    }
    return new Refinement(shown, steps, finished);
  }
}
