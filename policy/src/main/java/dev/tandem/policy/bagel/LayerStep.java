package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** What a pass does with one layer. */
@FunctionalInterface
interface LayerStep {
  Streams apply(Streams hidden, DecoderLayer.Pass pass);

  /**
   * The same as a segment that keeps no graph: the rows and the layer's past in, the rows out and,
   * where the pass collects them, the keys and values.
   *
   * @param index of the layer
   */
  default Streams recomputed(
      Recomputation recomputation, int index, Streams hidden, DecoderLayer.Pass pass) {
    List<Tensor> inputs = new ArrayList<>(present(hidden));
    int rows = inputs.size();
    inputs.addAll(pass.past().ofLayer(index));
    boolean collects = pass.sink().collects();
    List<Tensor> outputs =
        recomputation.run(
            given -> {
              KeyValues kept = KeyValues.empty(pass.past().layers());
              KeyValues past =
                  KeyValues.same(pass.past().layers(), given.subList(rows, given.size()));
              KeySink sink = collects ? KeySink.collect(kept) : KeySink.forget();
              Streams next =
                  apply(
                      like(hidden, given),
                      new DecoderLayer.Pass(pass.rotary(), pass.bias(), past, sink));
              List<Tensor> results = new ArrayList<>(present(next));
              results.addAll(kept.ofLayer(index));
              return results;
            },
            inputs);
    int columns = outputs.size() - (collects ? 2 : 0);
    if (collects) {
      pass.sink().keep(index, new KeySink.Visible(outputs.get(columns), outputs.get(columns + 1)));
    }
    // A layer that leaves streams out leaves out the understanding expert's.
    return columns == 2
        ? new Streams(outputs.get(0), outputs.get(1))
        : hidden.generation() == null
            ? new Streams(outputs.get(0), null)
            : new Streams(null, outputs.get(0));
  }

  private static List<Tensor> present(Streams streams) {
    List<Tensor> present = new ArrayList<>();
    add(present, streams.understanding());
    add(present, streams.generation());
    return present;
  }

  private static void add(List<Tensor> present, @Nullable Tensor stream) {
    if (stream != null) {
      present.add(stream);
    }
  }

  /** Tensors in the places of the streams that there are. */
  private static Streams like(Streams streams, List<Tensor> tensors) {
    int next = streams.understanding() == null ? 0 : 1;
    return new Streams(
        streams.understanding() == null ? null : tensors.get(0),
        streams.generation() == null ? null : tensors.get(next));
  }
}
