package dev.tandem.policy.bagel;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** Fresh weights, each parameter from a stream of its own name. */
public final class Initialization {
  private Initialization() {}

  /** Weights of everything but the autoencoder. */
  public static Weights model(BagelConfig config, RandomKey key) {
    Map<String, Tensor> tensors = new TreeMap<>();
    ParameterShapes.model(config)
        .forEach((name, shape) -> tensors.put(name, model(config, name, shape, key.with(name))));
    return new Weights(tensors);
  }

  private static Tensor model(BagelConfig config, String name, long[] shape, RandomKey key) {
    if (ParameterShapes.isFixed(name)) {
      double[] table = PositionTables.grid((int) Math.round(Math.sqrt(shape[0])), (int) shape[1]);
      float[] values = new float[table.length];
      for (int i = 0; i < table.length; i++) {
        values[i] = (float) table[i];
      }
      return Tensor.create(values, shape);
    }
    if (shape.length == 1) {
      return constant(name, shape);
    }
    double std = 1 / Math.sqrt(shape[1]);
    if (name.contains("embed_tokens") || name.contains("position_embedding")) {
      std = 0.5;
    } else if (name.contains("o_proj") || name.contains("down_proj")) {
      // Residual branches start small, so that depth does not grow the stream.
      std /= Math.sqrt(2.0 * config.llm().layers());
    } else if (name.startsWith("llm2vae")) {
      std = 0;
    }
    return normal(shape, std, key);
  }

  /** Weights of the codec. */
  public static Weights codec(BagelConfig config, RandomKey key) {
    Map<String, Tensor> tensors = new TreeMap<>();
    ParameterShapes.codec(config)
        .forEach(
            (name, shape) ->
                tensors.put(
                    name,
                    shape.length == 1
                        ? constant(name, shape)
                        : normal(
                            shape,
                            1 / Math.sqrt((double) shape[1] * shape[2] * shape[3]),
                            key.with(name))));
    return new Weights(tensors);
  }

  /** Norm weights are 1, biases 0. */
  private static Tensor constant(String name, long[] shape) {
    return Weights.filled(name.endsWith(".bias") ? 0 : 1, shape);
  }

  private static Tensor normal(long[] shape, double std, RandomKey key) {
    int count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, Math.toIntExact(size));
    }
    CounterRandom random = key.random();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return Tensor.create(values, shape);
  }
}
