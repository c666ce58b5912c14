package dev.tandem.policy.bagel;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Decides what becomes of the keys and values that a pass computes. */
interface KeySink {

  /** What the queries of a layer attend to, {@code [B, key-value heads, past + L, headSize]}. */
  record Visible(Tensor keys, Tensor values) {}

  Visible extend(int layer, KeyValues past, Tensor keys, Tensor values);

  /** Whether what queries attend to is kept for later passes. */
  default boolean collects() {
    return false;
  }

  /** Keeps what queries of a layer attended to, where this sink collects. */
  default void keep(int layer, Visible visible) {}

  /** Past and present beside each other. */
  static Visible joined(int layer, KeyValues past, Tensor keys, Tensor values) {
    return past.isEmpty()
        ? new Visible(keys, values)
        : new Visible(
            KeyValues.join(past.keys(layer), keys), KeyValues.join(past.values(layer), values));
  }

  /** Attends to past and present and forgets the present, as a denoising step does. */
  static KeySink forget() {
    return KeySink::joined;
  }

  /** Collects past and present into a new memory, which lives as long as the caller's tensors. */
  static KeySink collect(KeyValues into) {
    PointerScope home = PointerScope.getInnerScope();
    return new KeySink() {
      @Override
      public Visible extend(int layer, KeyValues past, Tensor keys, Tensor values) {
        Visible visible = joined(layer, past, keys, values);
        keep(layer, visible);
        return visible;
      }

      @Override
      public boolean collects() {
        return true;
      }

      @Override
      public void keep(int layer, Visible visible) {
        into.set(
            layer, LocalScope.keep(visible.keys(), home), LocalScope.keep(visible.values(), home));
      }
    };
  }

  /** Writes the present in place behind the first {@code length} columns of reserved memory. */
  static KeySink inPlace(int length) {
    return (layer, reserved, keys, values) -> {
      long columns = keys.size(2);
      reserved.keys(layer).narrow(2, length, columns).copy_(keys);
      reserved.values(layer).narrow(2, length, columns).copy_(values);
      return new Visible(
          reserved.keys(layer).narrow(2, 0, length + columns),
          reserved.values(layer).narrow(2, 0, length + columns));
    };
  }
}
