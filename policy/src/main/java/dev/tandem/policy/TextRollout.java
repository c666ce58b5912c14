package dev.tandem.policy;

import java.util.List;

/**
 * The texts of a group and the context that now includes them.
 *
 * @param samples one text a key, in order
 * @param context one row a sample; owned by the caller
 */
public record TextRollout(List<TextSample> samples, Context context) implements AutoCloseable {
  public TextRollout {
    samples = List.copyOf(samples);
  }

  @Override
  public void close() {
    context.close();
  }
}
