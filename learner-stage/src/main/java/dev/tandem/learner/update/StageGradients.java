package dev.tandem.learner.update;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The gradients of an optimizer step by stage, in the pointer scope of the caller: whether what one
 * task teaches helps or hinders the other (PairUni, arXiv 2510.25682).
 */
final class StageGradients {
  private final SortedMap<String, List<Tensor>> stages = new TreeMap<>();

  /** Copies a stage's gradients, one a parameter. */
  void add(String stage, List<Tensor> gradients) {
    stages.put(stage, gradients.stream().map(Tensor::clone).toList());
  }

  /**
   * The cosine between the gradients of each two stages, by {@code <a>_<b>}; NaN for a zero one.
   */
  SortedMap<String, Double> cosines() {
    SortedMap<String, Double> cosines = new TreeMap<>();
    stages.forEach(
        (name, gradients) ->
            stages
                .tailMap(name + '\0')
                .forEach(
                    (other, others) -> cosines.put(name + "_" + other, cosine(gradients, others))));
    return cosines;
  }

  /** The sum over the stages, in the order of their names. */
  List<Tensor> total() {
    List<Tensor> total = new ArrayList<>(stages.get(stages.firstKey()));
    stages
        .tailMap(stages.firstKey() + '\0')
        .values()
        .forEach(
            gradients -> {
              for (int i = 0; i < total.size(); i++) {
                total.set(i, total.get(i).add(gradients.get(i)));
              }
            });
    return total;
  }

  private static double cosine(List<Tensor> a, List<Tensor> b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(List<Tensor> a, List<Tensor> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.get(i).to(ScalarType.Double).mul(b.get(i)).sum().item_double();
    }
    return sum;
  }
}
