package dev.tandem.policy.bagel;

import dev.tandem.policy.training.Differentiation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Gradient checkpointing (arXiv 1604.06174): segments of a computation run without a graph and keep
 * their inputs and outputs only; to be differentiated, each is computed once more with a graph, the
 * last one first, and its graph is freed before the next.
 *
 * <p>libtorch's Java interface has no functions with a derivative of their own, so the graph is cut
 * by hand: inputs and outputs of a segment are leaves, and what arrives at a leaf is handed on to
 * the segment or the graph that made it. Contributions to a tensor are added in the order in which
 * the uncut graph adds them, so that the gradients are the same to the bit.
 *
 * <p>Belongs to one replay on one thread; everything lies in the pointer scope of that replay.
 */
final class Recomputation implements Differentiation {
  /** A piece of computation: the same outputs for the same inputs, whenever it is run. */
  @FunctionalInterface
  interface Segment {
    List<Tensor> run(List<Tensor> inputs);
  }

  /** What was cut, in the order in which it was computed. */
  private sealed interface Cut {
    int firstLeaf();
  }

  /** A leaf that stands for a tensor with a graph of its own. */
  private record Link(Tensor source, int firstLeaf) implements Cut {}

  /** A segment whose outputs are the leaves from {@code firstLeaf} on. */
  private record Run(Segment segment, List<Tensor> inputs, int outputs, int firstLeaf)
      implements Cut {}

  private final List<Tensor> leaves = new ArrayList<>();
  private final Map<Tensor, Integer> places = new IdentityHashMap<>();
  private final Map<Tensor, Tensor> leafOf = new IdentityHashMap<>();
  private final List<Cut> cuts = new ArrayList<>();

  /** Runs a segment without a graph; its outputs are leaves. */
  List<Tensor> run(Segment segment, List<Tensor> inputs) {
    List<Tensor> cut = inputs.stream().map(this::leaf).toList();
    List<Tensor> outputs;
    try (NoGradGuard noGradient = new NoGradGuard()) {
      outputs = detachedOutputs(segment, cut);
    }
    int first = leaves.size();
    outputs.forEach(output -> add(output.set_requires_grad(true)));
    cuts.add(new Run(segment, cut, outputs.size(), first));
    return outputs;
  }

  /** Nothing that the segment made on its way stays alive. */
  private static List<Tensor> detachedOutputs(Segment segment, List<Tensor> inputs) {
    List<Tensor> outputs = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      for (Tensor output : segment.run(inputs)) {
        outputs.add(output.detach().<Tensor>retainReference());
      }
    }
    return outputs.stream().map(Recomputation::adopt).toList();
  }

  /** A handle that belongs to the scope that is open now. */
  private static Tensor adopt(Tensor retained) {
    try (retained) {
      return new Tensor(retained);
    }
  }

  /**
   * The tensor itself where it has no graph, else the leaf that stands for it. What several
   * segments use must be cut before the first of them, so that its graph is differentiated once.
   */
  Tensor leaf(Tensor tensor) {
    if (!tensor.requires_grad() || tensor.is_leaf()) {
      return tensor;
    }
    return leafOf.computeIfAbsent(tensor, this::newLeaf);
  }

  private Tensor newLeaf(Tensor source) {
    Tensor leaf = source.detach().set_requires_grad(true);
    cuts.add(new Link(source, leaves.size()));
    add(leaf);
    return leaf;
  }

  private void add(Tensor leaf) {
    places.put(leaf, leaves.size());
    leaves.add(leaf);
  }

  @Override
  public List<Tensor> gradients(Tensor loss, List<Tensor> parameters) {
    Sums sums = new Sums(parameters);
    sums.add(List.of(loss), List.of(), leaves.size(), false);
    for (int i = cuts.size() - 1; i >= 0; i--) {
      Cut cut = cuts.get(i);
      if (cut instanceof Link link) {
        Tensor arrived = sums.take(link.firstLeaf());
        if (arrived != null) {
          // Graphs of links share their beginnings, such as an embedding that all steps use.
          sums.add(List.of(link.source()), List.of(arrived), link.firstLeaf(), true);
        }
      } else if (cut instanceof Run run) {
        differentiate(run, sums);
      }
    }
    return sums.ofParameters();
  }

  private void differentiate(Run run, Sums sums) {
    List<@Nullable Tensor> arrived = new ArrayList<>();
    for (int i = 0; i < run.outputs(); i++) {
      arrived.add(sums.take(run.firstLeaf() + i));
    }
    if (arrived.stream().allMatch(gradient -> gradient == null)) {
      return;
    }
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> inputs = run.inputs().stream().map(input -> input.view_as(input)).toList();
      List<Tensor> outputs = run.segment().run(inputs);
      List<Tensor> roots = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        Tensor gradient = arrived.get(i);
        // Where all parameters before it are frozen, an output depends on none.
        if (gradient != null && outputs.get(i).requires_grad()) {
          roots.add(outputs.get(i));
          gradients.add(gradient);
        }
      }
      if (!roots.isEmpty()) {
        addArrived(run.inputs(), inputs, roots, gradients, sums);
        sums.add(roots, gradients, run.firstLeaf(), false);
      }
    }
  }

  /**
   * What later segments left at an input goes in as a root: then this segment's contributions to it
   * are added one by one, as in the uncut graph, and not their sum.
   */
  private void addArrived(
      List<Tensor> leavesIn,
      List<Tensor> views,
      List<Tensor> roots,
      List<Tensor> gradients,
      Sums sums) {
    for (int i = 0; i < leavesIn.size(); i++) {
      Integer place = places.get(leavesIn.get(i));
      Tensor arrived = place == null ? null : sums.take(place);
      if (arrived != null) {
        roots.add(views.get(i));
        gradients.add(arrived);
      }
    }
  }

  /** What has arrived at parameters and leaves so far. */
  private final class Sums {
    private final List<Tensor> parameters;
    private final List<@Nullable Tensor> sums;

    Sums(List<Tensor> parameters) {
      this.parameters = parameters;
      this.sums =
          new ArrayList<>(Collections.nCopies(parameters.size() + leaves.size(), (Tensor) null));
    }

    /**
     * Differentiates further and adds what arrives.
     *
     * @param gradients of the roots; none: of a scalar, 1
     * @param before how many of the leaves the roots may depend on
     */
    void add(List<Tensor> roots, List<Tensor> gradients, int before, boolean keepGraph) {
      try (PointerScope scope = new PointerScope()) {
        List<Tensor> targets = new ArrayList<>(parameters);
        targets.addAll(leaves.subList(0, before));
        TensorVector found =
            torch.grad(
                new TensorVector(roots.toArray(Tensor[]::new)),
                new TensorVector(targets.toArray(Tensor[]::new)),
                new TensorVector(gradients.toArray(Tensor[]::new)),
                new BoolOptional(keepGraph),
                false,
                true);
        for (int i = 0; i < targets.size(); i++) {
          Tensor gradient = found.get(i);
          if (gradient.defined()) {
            Tensor sum = sums.get(i);
            Tensor next = sum == null ? new Tensor(gradient) : sum.add(gradient);
            sums.set(i, next.<Tensor>retainReference());
            if (sum != null) {
              sum.close();
            }
          }
        }
      }
    }

    /** What arrived at a leaf, to be handed on: nothing arrives there any more. */
    @Nullable Tensor take(int leaf) {
      int index = parameters.size() + leaf;
      Tensor sum = sums.get(index);
      sums.set(index, null);
      return sum == null ? null : adopt(sum);
    }

    List<Tensor> ofParameters() {
      Tensor[] gradients = new Tensor[parameters.size()];
      for (int i = 0; i < gradients.length; i++) {
        Tensor sum = sums.get(i);
        gradients[i] = sum == null ? new Tensor() : adopt(sum);
      }
      return Arrays.asList(gradients);
    }
  }
}
