package dev.tandem.policy.bagel;

import dev.tandem.policy.PassCounts;
import java.util.concurrent.atomic.LongAdder;

/** Counts the decoder's passes; safe for use by several threads. */
final class PassCounter {

  /** What a pass is for. */
  enum Kind {
    CONTEXT,
    TEXT_STEP,
    TEXT_REPLAY,
    VELOCITY,
    SUPERVISED
  }

  private final LongAdder[] passes = new LongAdder[Kind.values().length];
  private final LongAdder tokens = new LongAdder();

  PassCounter() {
    for (int i = 0; i < passes.length; i++) {
      passes[i] = new LongAdder();
    }
  }

  void count(Kind kind, long rows, long columns) {
    passes[kind.ordinal()].increment();
    tokens.add(rows * columns);
  }

  PassCounts counts() {
    return new PassCounts(
        of(Kind.CONTEXT),
        of(Kind.TEXT_STEP),
        of(Kind.TEXT_REPLAY),
        of(Kind.VELOCITY),
        tokens.sum());
  }

  private long of(Kind kind) {
    return passes[kind.ordinal()].sum();
  }
}
