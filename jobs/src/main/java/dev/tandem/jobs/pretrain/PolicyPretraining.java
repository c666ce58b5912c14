package dev.tandem.jobs.pretrain;

import dev.tandem.policy.bagel.BagelModel;
import dev.tandem.policy.bagel.ContextEncoder;
import dev.tandem.policy.bagel.SupervisedLoss;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.SupervisedExample;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Trains the policy on lessons of every kind, some batches of each per update. */
final class PolicyPretraining {
  private static final int DRAWING_STEPS = 1200;

  private final SupervisedLoss loss;
  private final RandomKey key;

  PolicyPretraining(BagelModel model, Tokenizer tokenizer, RandomKey key) {
    this.loss = new SupervisedLoss(model, new ContextEncoder(model, tokenizer));
    this.key = key.with("policy");
  }

  /**
   * One update on four batches. Drawing is learned early and seeing late, so plans with images
   * give way to answers and descriptions after the first third.
   */
  Map<String, Double> step(PretrainOptimizer optimizer, int step, int batch) {
    RandomKey stepKey = key.with(step);
    List<LossFunction> losses = new ArrayList<>();
    boolean even = step % 2 == 0;
    losses.add(lesson("reason", Lessons::reason, stepKey.with(0), batch));
    losses.add(lesson("answer", Lessons::answer, stepKey.with(1), batch));
    if (step < DRAWING_STEPS) {
      losses.add(lesson("reason", Lessons::reason, stepKey.with(2), batch));
      losses.add(
          even
              ? lesson("describe", Lessons::describe, stepKey.with(3), batch)
              : lesson("reflect", Lessons::reflect, stepKey.with(3), batch / 2));
    } else {
      losses.add(lesson("describe", Lessons::describe, stepKey.with(2), batch));
      losses.add(
          even
              ? lesson("answer", Lessons::answer, stepKey.with(3), batch)
              : lesson("reflect", Lessons::reflect, stepKey.with(3), batch / 2));
    }
    return optimizer.step(step, losses);
  }

  private LossFunction lesson(
      String name, Function<RandomKey, SupervisedExample> draw, RandomKey key, int batch) {
    return () -> {
      Loss computed = loss.compute(Lessons.batch(draw, key, batch));
      Map<String, Double> named = new LinkedHashMap<>();
      computed.metrics().forEach((metric, value) -> named.put(name + "/" + metric, value));
      return new Loss(computed.loss(), named);
    };
  }
}
