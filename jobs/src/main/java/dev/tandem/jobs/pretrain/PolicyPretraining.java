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
  /** Updates that are mostly drawing, as a share of all. */
  private static final double DRAWING_SHARE = 0.2;

  private final SupervisedLoss loss;
  private final DrawnLook drawn;
  private final RandomKey key;
  private final int drawingSteps;

  PolicyPretraining(BagelModel model, Tokenizer tokenizer, int steps, RandomKey key) {
    this.loss = new SupervisedLoss(model, new ContextEncoder(model, tokenizer));
    this.drawn = new DrawnLook(model.codec());
    this.key = key.with("policy");
    this.drawingSteps = (int) (steps * DRAWING_SHARE);
  }

  /**
   * One update on four batches. Drawing is learned early and seeing late, and without seeing there
   * is nothing to reflect on: after the first fifth, answers and reflections take the place of the
   * second batch of plans with images.
   */
  Map<String, Double> step(PretrainOptimizer optimizer, int step, int batch) {
    RandomKey stepKey = key.with(step);
    List<LossFunction<Map<String, Double>>> losses = new ArrayList<>();
    losses.add(lesson("reason", Lessons::reason, stepKey.with(0), batch));
    losses.add(lesson("describe", Lessons::describe, stepKey.with(1), batch));
    if (step < drawingSteps) {
      losses.add(lesson("reason", Lessons::reason, stepKey.with(2), batch));
      losses.add(lesson("answer", Lessons::answer, stepKey.with(3), batch));
    } else {
      losses.add(lesson("reflect", this::reflect, stepKey.with(2), batch / 2));
      losses.add(lesson("answer", Lessons::answer, stepKey.with(3), batch));
    }
    return optimizer.step(step, losses);
  }

  private SupervisedExample reflect(RandomKey key) {
    return Lessons.reflect(key, drawn::apply);
  }

  private LossFunction<Map<String, Double>> lesson(
      String name, Function<RandomKey, SupervisedExample> draw, RandomKey key, int batch) {
    return () -> {
      Loss<Map<String, Double>> computed = loss.compute(Lessons.batch(draw, key, batch));
      Map<String, Double> named = new LinkedHashMap<>();
      computed.report().forEach((metric, value) -> named.put(name + "/" + metric, value));
      return new Loss<>(computed.loss(), named);
    };
  }
}
