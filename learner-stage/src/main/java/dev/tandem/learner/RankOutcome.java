package dev.tandem.learner;

import dev.tandem.learner.update.RolloutMismatchException;
import java.io.Serializable;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a rank brings home: metrics, or the reason why no rank could train, which trying again would
 * not mend.
 *
 * @param metrics null: there was a mismatch
 * @param mismatch null: there was none
 */
record RankOutcome(
    @Nullable TreeMap<String, Double> metrics, @Nullable RolloutMismatchException mismatch)
    implements Serializable {}
