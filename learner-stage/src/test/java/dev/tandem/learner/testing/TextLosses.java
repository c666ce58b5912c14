package dev.tandem.learner.testing;

import dev.tandem.learner.config.TextLoss;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.GammaWeight;
import dev.tandem.learner.objective.KlEstimate;
import dev.tandem.learner.objective.KlForm;
import dev.tandem.learner.objective.QuadraticTrustRegion;
import dev.tandem.learner.objective.RatioForm;
import dev.tandem.learner.objective.RatioLevel;
import dev.tandem.learner.objective.SoftGate;
import dev.tandem.learner.objective.TextAggregation;

/** Settings of text losses for tests: the defaults of GRPO and what a test says otherwise. */
public final class TextLosses {
  private final TextLoss loss;
  private double low = 0.2;
  private double high = 0.2;
  private double delta = Double.POSITIVE_INFINITY;
  private double dualClip = Double.POSITIVE_INFINITY;
  private RatioLevel level = RatioLevel.TOKEN;
  private double logLimit = Double.POSITIVE_INFINITY;
  private double offPolicy = Double.POSITIVE_INFINITY;
  private TextAggregation aggregation = TextAggregation.SEQUENCE_MEAN;
  private double klWeight;
  private KlForm kl = KlForm.PLAIN;
  private SoftGate sapo = SoftGate.PUBLISHED;
  private GammaWeight vespo = GammaWeight.PUBLISHED;
  private QuadraticTrustRegion drpo = QuadraticTrustRegion.PUBLISHED;

  private TextLosses(TextLoss loss) {
    this.loss = loss;
  }

  public static TextLosses of(TextLoss loss) {
    return new TextLosses(loss);
  }

  public TextLosses clip(double lowSide, double highSide) {
    low = lowSide;
    high = highSide;
    return this;
  }

  public TextLosses delta(double value) {
    delta = value;
    return this;
  }

  public TextLosses dualClip(double value) {
    dualClip = value;
    return this;
  }

  public TextLosses level(RatioLevel value) {
    level = value;
    return this;
  }

  public TextLosses logLimit(double value) {
    logLimit = value;
    return this;
  }

  public TextLosses offPolicy(double value) {
    offPolicy = value;
    return this;
  }

  public TextLosses aggregation(TextAggregation value) {
    aggregation = value;
    return this;
  }

  public TextLosses k3(double weight, boolean ratioCorrected, double limit) {
    klWeight = weight;
    kl = new KlForm(KlEstimate.K3, false, ratioCorrected, limit);
    return this;
  }

  public TextLosses sapo(SoftGate value) {
    sapo = value;
    return this;
  }

  public TextLosses vespo(GammaWeight value) {
    vespo = value;
    return this;
  }

  public TextLosses drpo(QuadraticTrustRegion value) {
    drpo = value;
    return this;
  }

  public TextLossConfig build() {
    return new TextLossConfig(
        1,
        loss,
        low,
        high,
        delta,
        dualClip,
        new RatioForm(level, logLimit, offPolicy),
        aggregation,
        klWeight,
        kl,
        sapo,
        vespo,
        drpo);
  }
}
