package dev.tandem.pairs;

/** Told what a build does while it does it. */
public interface PairProgress {
  /** Tells nobody. */
  PairProgress SILENT =
      new PairProgress() {
        @Override
        public void doing(String what) {}

        @Override
        public void done(String what) {}
      };

  /** Names the work that goes on from now. */
  void doing(String what);

  /** Says what a long step has done so far. */
  void done(String what);
}
