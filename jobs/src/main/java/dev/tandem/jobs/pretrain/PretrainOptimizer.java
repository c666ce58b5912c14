package dev.tandem.jobs.pretrain;

import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** AdamW over summed gradients with a warm-up, a cosine decay to a twentieth and norm clipping. */
final class PretrainOptimizer implements AutoCloseable {
  private static final double MAX_GRADIENT_NORM = 1.0;
  private static final int WARM_UP_STEPS = 100;
  private static final double FINAL_SHARE = 0.05;

  private final List<Tensor> parameters;
  private final GradientWorkers workers;
  private final AdamW adamW;
  private final double peakRate;
  private final int totalSteps;

  PretrainOptimizer(
      List<Tensor> parameters, int threads, double peakRate, double weightDecay, int totalSteps) {
    this.parameters = parameters;
    this.workers = new GradientWorkers(threads);
    this.peakRate = peakRate;
    this.totalSteps = totalSteps;
    TensorVector vector = new TensorVector();
    parameters.forEach(vector::push_back);
    AdamWOptions options = new AdamWOptions(peakRate);
    options.weight_decay().put(weightDecay);
    options.betas().put(0, 0.9);
    this.adamW = new AdamW(vector, options);
  }

  /** One update on the mean of the losses; returns their averaged metrics. */
  Map<String, Double> step(int step, List<LossFunction<Map<String, Double>>> losses) {
    double rate = rate(step);
    try (PointerScope scope = new PointerScope();
        GradientWorkers.Summed<Map<String, Double>> summed =
            workers.differentiate(parameters, losses)) {
      double scale = 1.0 / losses.size();
      for (int i = 0; i < parameters.size(); i++) {
        Tensor gradient = summed.gradients().get(i);
        if (gradient != null) {
          parameters.get(i).mutable_grad().put(gradient.mul(new Scalar(scale)));
        }
      }
      TensorVector vector = new TensorVector();
      parameters.forEach(vector::push_back);
      double norm = torch.clip_grad_norm_(vector, MAX_GRADIENT_NORM);
      new AdamWOptions(adamW.param_groups().get(0).options()).set_lr(rate);
      if (Double.isFinite(norm)) {
        adamW.step();
      }
      adamW.zero_grad();
      Map<String, Double> metrics = averaged(summed.reports());
      metrics.put("gradient_norm", norm);
      metrics.put("learning_rate", rate);
      return metrics;
    }
  }

  private double rate(int step) {
    if (step < WARM_UP_STEPS) {
      return peakRate * (step + 1) / WARM_UP_STEPS;
    }
    double progress = (double) (step - WARM_UP_STEPS) / Math.max(1, totalSteps - WARM_UP_STEPS);
    double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
    return peakRate * (FINAL_SHARE + (1 - FINAL_SHARE) * cosine);
  }

  private static Map<String, Double> averaged(List<Map<String, Double>> all) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    all.forEach(
        one ->
            one.forEach(
                (name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(value)));
    Map<String, Double> means = new LinkedHashMap<>();
    values.forEach(
        (name, list) ->
            means.put(
                name, list.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return means;
  }

  void save(Path file) {
    try (PointerScope scope = new PointerScope()) {
      OutputArchive archive = new OutputArchive();
      adamW.save(archive);
      archive.save_to(file.toString());
    }
  }

  void load(Path file) {
    try (PointerScope scope = new PointerScope()) {
      InputArchive archive = new InputArchive();
      archive.load_from(file.toString());
      adamW.load(archive);
    }
  }

  @Override
  public void close() {
    workers.close();
    adamW.close();
  }
}
