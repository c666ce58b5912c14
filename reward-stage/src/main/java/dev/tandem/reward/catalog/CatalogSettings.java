package dev.tandem.reward.catalog;

import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.judge.JudgeSettings;
import java.io.Serializable;
import java.util.Map;

/**
 * What rewards need besides their names.
 *
 * @param judge a model and addresses may be missing where no judge's reward is used
 * @param genEvalServer addresses may be missing where none of its rewards is used
 * @param towers by the name of the reward; files may be missing where it is not used
 */
public record CatalogSettings(
    LengthPenalty.Settings length,
    JudgeSettings judge,
    GenEvalServerSettings genEvalServer,
    Map<String, TowerSettings> towers)
    implements Serializable {
  public CatalogSettings {
    towers = Map.copyOf(towers);
  }
}
