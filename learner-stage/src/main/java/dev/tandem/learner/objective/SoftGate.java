package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * SAPO (arXiv 2511.20347): a smooth gate in place of clipping, {@code sigmoid(tau (r - 1)) 4 / tau
 * A}.
 *
 * @param temperaturePositive {@code tau} where the advantage is positive
 * @param temperatureNegative {@code tau} elsewhere
 */
public record SoftGate(double temperaturePositive, double temperatureNegative)
    implements TextSurrogate {
  /** The paper's temperatures. */
  public static final SoftGate PUBLISHED = new SoftGate(1.0, 1.05);

  public SoftGate {
    Settings.positiveAndFinite("temperature_positive", temperaturePositive);
    Settings.positiveAndFinite("temperature_negative", temperatureNegative);
  }

  @Override
  public Surrogate of(TokenRatios ratios, Tensor advantages) {
    Tensor ratio = ratios.ratio();
    Tensor temperature =
        Choice.where(
            advantages.gt(new Scalar(0.0)), temperaturePositive, temperatureNegative, advantages);
    Tensor gate =
        torch
            .sigmoid(ratio.sub(new Scalar(1.0)).mul(temperature))
            .mul(new Scalar(4.0))
            .div(temperature);
    return Surrogate.free(ratio, gate.mul(advantages));
  }
}
