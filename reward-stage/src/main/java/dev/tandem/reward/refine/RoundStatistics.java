package dev.tandem.reward.refine;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Statistics of an evaluation in rounds, under the names and by the rules of R3's evaluation: in
 * comparisons of rounds a score counts as its whole part, so that a share below 1 is not yet
 * solved; the mean over tags counts tags without samples as 0.
 *
 * @param tags all tags of the data set
 * @param samples one or more
 * @param rounds of every sample
 */
public record RoundStatistics(List<String> tags, List<Sample> samples, int rounds) {
  public RoundStatistics {
    tags = List.copyOf(tags);
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("No statistics of no samples");
    }
  }

  /**
   * A sample.
   *
   * @param rewards by round
   * @param formats format reward by round
   * @param finishedSteps as in {@link Refinement}
   */
  public record Sample(
      String tag, List<Double> rewards, List<Double> formats, int finishedSteps, boolean finished) {
    public Sample {
      rewards = List.copyOf(rewards);
      formats = List.copyOf(formats);
    }

    private int solved(int round) {
      return (int) (double) rewards.get(round);
    }

    private int gain(int round) {
      return solved(round) - solved(round - 1);
    }
  }

  /** By name, such as {@code Round_1/improved}; shares and means lie in the range of rewards. */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("Finished_rate", mean(sample -> sample.finished() ? 1 : 0));
    metrics.put("Finished_steps", mean(Sample::finishedSteps));
    for (int i = 0; i < rounds; i++) {
      int round = i;
      String name = "Round_" + round;
      metrics.put(name + "_format_reward_mean", mean(sample -> sample.formats().get(round)));
      metrics.put(
          name + "_finished_cnt", mean(sample -> sample.finishedSteps() - 1 == round ? 1 : 0));
      addByTag(metrics, round);
      addComparison(metrics, round);
    }
    return metrics;
  }

  private void addByTag(SortedMap<String, Double> metrics, int round) {
    double sum = 0;
    for (String tag : tags) {
      double mean =
          samples.stream()
              .filter(sample -> sample.tag().equals(tag))
              .mapToDouble(sample -> sample.rewards().get(round))
              .average()
              .orElse(0);
      metrics.put("Round_%d/%s".formatted(round, tag), mean);
      sum += mean;
    }
    metrics.put("Round_%d/Overall".formatted(round), sum / tags.size());
  }

  private void addComparison(SortedMap<String, Double> metrics, int round) {
    String name = "Round_%d/".formatted(round);
    boolean first = round == 0; // has nothing to be compared with: all three are 0
    metrics.put(name + "improved", mean(s -> !first && s.gain(round) > 0 ? 1 : 0));
    metrics.put(name + "worse", mean(s -> !first && s.gain(round) < 0 ? 1 : 0));
    metrics.put(name + "no_change", mean(s -> !first && s.gain(round) == 0 ? 1 : 0));
    if (!first) {
      metrics.put("Round_%d_vs_%d".formatted(round, round - 1), mean(s -> s.gain(round)));
    }
  }

  private double mean(ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).sum() / samples.size();
  }
}
