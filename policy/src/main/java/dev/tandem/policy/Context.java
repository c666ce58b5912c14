package dev.tandem.policy;

/** What a policy has read so far, kept as keys and values in native memory until closed. */
public interface Context extends AutoCloseable {
  /** Number of rows: 1 after encoding, the group's size after text was generated. */
  int rows();

  @Override
  void close();
}
