package dev.tandem.policy.bagel;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Keys and values of every layer, {@code [B, key-value heads, L, headSize]}, after qk-norm and
 * rotation.
 */
final class KeyValues {
  private final Tensor[] keys;
  private final Tensor[] values;

  private KeyValues(Tensor[] keys, Tensor[] values) {
    this.keys = keys;
    this.values = values;
  }

  /** Nothing read yet. */
  static KeyValues empty(int layers) {
    return new KeyValues(new Tensor[layers], new Tensor[layers]);
  }

  /** A memory in which every layer has the keys and values of {@link #ofLayer}. */
  static KeyValues same(int layers, List<Tensor> keysAndValues) {
    KeyValues memory = empty(layers);
    if (!keysAndValues.isEmpty()) {
      Arrays.fill(memory.keys, keysAndValues.get(0));
      Arrays.fill(memory.values, keysAndValues.get(1));
    }
    return memory;
  }

  /** Keys and values of a layer; nothing where nothing has been read. */
  List<Tensor> ofLayer(int layer) {
    return keys[layer] == null ? List.of() : List.of(keys[layer], values[layer]);
  }

  /** Room for {@code columns} columns, the first of which hold this memory's rows repeated. */
  KeyValues reserve(int rows, int columns) {
    Tensor[] roomyKeys = new Tensor[keys.length];
    Tensor[] roomyValues = new Tensor[keys.length];
    for (int layer = 0; layer < keys.length; layer++) {
      roomyKeys[layer] = reserve(keys[layer], rows, columns);
      roomyValues[layer] = reserve(values[layer], rows, columns);
    }
    return new KeyValues(roomyKeys, roomyValues);
  }

  private static Tensor reserve(Tensor source, int rows, int columns) {
    Tensor roomy =
        torch.zeros(new long[] {rows, source.size(1), columns, source.size(3)}, source.options());
    roomy.narrow(2, 0, source.size(2)).copy_(source);
    return roomy;
  }

  /** The same memory seen by every row of a batch. */
  KeyValues expand(int rows) {
    if (isEmpty()) {
      return this;
    }
    Tensor[] wideKeys = new Tensor[keys.length];
    Tensor[] wideValues = new Tensor[keys.length];
    for (int layer = 0; layer < keys.length; layer++) {
      wideKeys[layer] = keys[layer].expand(rows, -1, -1, -1);
      wideValues[layer] = values[layer].expand(rows, -1, -1, -1);
    }
    return new KeyValues(wideKeys, wideValues);
  }

  /** The first columns of this memory, without copying. */
  KeyValues prefix(int columns) {
    if (isEmpty()) {
      return this;
    }
    Tensor[] shortKeys = new Tensor[keys.length];
    Tensor[] shortValues = new Tensor[keys.length];
    for (int layer = 0; layer < keys.length; layer++) {
      shortKeys[layer] = keys[layer].narrow(2, 0, columns);
      shortValues[layer] = values[layer].narrow(2, 0, columns);
    }
    return new KeyValues(shortKeys, shortValues);
  }

  Tensor keys(int layer) {
    return keys[layer];
  }

  Tensor values(int layer) {
    return values[layer];
  }

  /** Sets a layer of a memory under construction. */
  void set(int layer, Tensor layerKeys, Tensor layerValues) {
    keys[layer] = layerKeys;
    values[layer] = layerValues;
  }

  /** Keeps this memory alive beyond the pointer scope in which it was made. */
  KeyValues retain() {
    for (int layer = 0; layer < keys.length && !isEmpty(); layer++) {
      keys[layer].retainReference();
      values[layer].retainReference();
    }
    return this;
  }

  /** Frees a retained memory. */
  void release() {
    for (int layer = 0; layer < keys.length && !isEmpty(); layer++) {
      keys[layer].releaseReference();
      values[layer].releaseReference();
    }
  }

  /** Whether nothing has been read. */
  boolean isEmpty() {
    return keys[0] == null;
  }

  int layers() {
    return keys.length;
  }

  static Tensor join(Tensor past, Tensor present) {
    return torch.cat(new TensorVector(past, present), 2);
  }
}
