package dev.tandem.learner;

import dev.tandem.learner.update.RolloutMismatchException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a rank brings home: what it measured, or the reason why no rank could train, which trying
 * again would not mend.
 *
 * @param updated null: there was a mismatch
 * @param mismatch null: there was none
 */
record RankOutcome(@Nullable Updated updated, @Nullable RolloutMismatchException mismatch)
    implements Serializable {}
