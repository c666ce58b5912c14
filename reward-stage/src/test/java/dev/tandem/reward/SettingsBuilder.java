package dev.tandem.reward;

import dev.tandem.reward.AdvantageSettings.Degenerate;
import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.AdvantageSettings.EpsilonPlace;
import dev.tandem.reward.AdvantageSettings.PartialFailure;

/** Settings that differ from the default in what a test names. */
final class SettingsBuilder {
  private final Estimator estimator;
  private double epsilon = AdvantageSettings.DEFAULT.epsilon();
  private EpsilonPlace epsilonPlace = AdvantageSettings.DEFAULT.epsilonPlace();
  private Deviation deviation = AdvantageSettings.DEFAULT.deviation();
  private double trim;
  private double clip;
  private Degenerate degenerate = AdvantageSettings.DEFAULT.degenerate();
  private PartialFailure partialFailure = AdvantageSettings.DEFAULT.partialFailure();
  private boolean dynamicFilter;

  private SettingsBuilder(Estimator estimator) {
    this.estimator = estimator;
  }

  static SettingsBuilder of(Estimator estimator) {
    return new SettingsBuilder(estimator);
  }

  SettingsBuilder epsilon(double value) {
    epsilon = value;
    return this;
  }

  SettingsBuilder epsilonInside(double value) {
    epsilonPlace = EpsilonPlace.INSIDE;
    return epsilon(value);
  }

  SettingsBuilder deviation(Deviation value) {
    deviation = value;
    return this;
  }

  SettingsBuilder trim(double value) {
    trim = value;
    return this;
  }

  SettingsBuilder clip(double value) {
    clip = value;
    return this;
  }

  SettingsBuilder byFormula() {
    degenerate = Degenerate.FORMULA;
    return this;
  }

  SettingsBuilder partialFailure(PartialFailure value) {
    partialFailure = value;
    return this;
  }

  SettingsBuilder filtering() {
    dynamicFilter = true;
    return this;
  }

  AdvantageSettings build() {
    return new AdvantageSettings(
        estimator,
        epsilon,
        epsilonPlace,
        deviation,
        trim,
        clip,
        degenerate,
        partialFailure,
        dynamicFilter);
  }
}
