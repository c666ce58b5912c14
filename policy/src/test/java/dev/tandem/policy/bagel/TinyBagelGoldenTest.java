package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.bagel.DenoisingPass.Memory;
import dev.tandem.policy.bagel.TinyBagel.Precision;
import dev.tandem.policy.flow.FlowSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference's tiny BAGEL, computed by the classes that serve rollouts and replays. */
@Tag("golden")
class TinyBagelGoldenTest {
  /** R3's published guidance, which the reference ran with. */
  private static final double TEXT_SCALE = 4.0;

  private static final double IMAGE_SCALE = 1.5;
  private static final double LOW = 0.4;
  private static final double FLOW_TIME = 0.7;
  private static final int ODE_POINTS = 5;
  private static final double SHIFT = 3;

  @ParameterizedTest
  @EnumSource
  void timesAndTables(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision)) {
      double[] times = tiny.doubles("unit/timestep_in");
      int features = (int) tiny.shape("unit/timestep_freq")[1];
      tiny.compare(
          PositionTables.timesteps(times, features),
          tiny.doubles("unit/timestep_freq"),
          "unit/timestep_freq");
      tiny.compare(tiny.model.timeRows(times), "unit/timestep_out");
      for (String table : List.of("latent_pos_embed", "vit_pos_embed")) {
        String name = "unit/" + table + "_table";
        long[] shape = tiny.shape(name);
        int side = (int) Math.round(Math.sqrt(shape[0]));
        tiny.compare(PositionTables.grid(side, (int) shape[1]), tiny.doubles(name), name);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void visionTowerAndConnector(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision);
        NoGradGuard guard = new NoGradGuard()) {
      VisionTower tower = new VisionTower(tiny.weights, tiny.config.vit());
      int patch = tiny.config.vit().patchSize();
      TensorVector features = new TensorVector();
      TensorVector connected = new TensorVector();
      List<Tensor> images = List.of(tiny.vector("vit/image1"), tiny.vector("vit/image2"));
      for (int i = 0; i < images.size(); i++) {
        Tensor patches = Patches.patchify(images.get(i).unsqueeze(0), patch);
        Grid grid = Grid.of((int) images.get(i).size(2), (int) images.get(i).size(1), patch);
        if (i == 0) {
          tiny.compare(patches.squeeze(0), "vit/patches1");
        }
        assertThat(grid.positions(tiny.config.vit().patchesPerSide()))
            .containsExactly(
                Arrays.stream(tiny.ints("vit/position_ids" + (i + 1))).asLongStream().toArray());
        Tensor seen = tower.features(patches, grid);
        features.push_back(seen.squeeze(0));
        connected.push_back(tower.connect(seen).squeeze(0));
      }
      tiny.compare(torch.cat(features, 0), "vit/tower_out");
      tiny.compare(torch.cat(connected, 0), "vit/connector_out");
      tiny.compare(tiny.model.vitRows(images), "vit/llm_input");
    }
  }

  @ParameterizedTest
  @EnumSource
  void autoencoder(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision);
        NoGradGuard guard = new NoGradGuard()) {
      FluxAutoencoder autoencoder = (FluxAutoencoder) tiny.model.codec();
      Tensor image = tiny.vector("vae/image");
      tiny.compare(autoencoder.moments(image), "vae/encoder_moments");
      tiny.compare(autoencoder.encode(image), "vae/latent");
      tiny.compare(autoencoder.decode(tiny.vector("vae/latent")), "vae/decoded");
      tiny.compare(tiny.reader.latents(image).squeeze(0), "vae/packed_latent");
    }
  }

  /** Logits, velocities and gradients of texts, images and latents at several flow times. */
  @ParameterizedTest
  @EnumSource
  void mixedForwardAndGradients(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision)) {
      List<String> differentiated =
          tiny.names("train/grad/").stream().map(n -> n.substring("train/grad/".length())).toList();
      assertThat(differentiated).isNotEmpty();
      differentiated.forEach(name -> tiny.weights.tensor(name).set_requires_grad(true));
      Sequence first =
          Sequence.of(
              tiny,
              0,
              tiny.text("t1"),
              tiny.vit("vit/image1"),
              tiny.text("t2"),
              tiny.clean(),
              new Piece.Noisy(tiny.latentGrid()),
              new Piece.Noisy(tiny.latentGrid()));
      Sequence second =
          Sequence.of(tiny, first.length(), tiny.text("t3"), new Piece.Noisy(lastGrid(tiny)));
      Tensor logits = torch.cat(new TensorVector(first.logits(), second.logits()), 0);
      Tensor velocity = torch.cat(new TensorVector(first.velocity(), second.velocity()), 0);
      tiny.compare(logits, "train/logits");
      tiny.compare(velocity, "train/velocity");

      Tensor loss = velocity.square().mean().add(logits.square().mean());
      tiny.compare(loss.reshape(1), "train/grad_loss");
      TensorVector inputs = new TensorVector();
      differentiated.forEach(name -> inputs.push_back(tiny.weights.tensor(name)));
      TensorVector gradients =
          torch.grad(
              new TensorVector(loss), inputs, new TensorVector(), new BoolOptional(), false, false);
      for (int i = 0; i < differentiated.size(); i++) {
        tiny.compare(gradients.get(i), "train/grad/" + differentiated.get(i));
      }
    }
  }

  /** The grid of the last noisy latent, read off its position ids. */
  private static Grid lastGrid(TinyBagel tiny) {
    int[] ids = tiny.ints("train/packed_latent_position_ids");
    int tokens = tiny.ints("train/mse_loss_indexes").length - 2 * tiny.latentGrid().tokens();
    TreeSet<Integer> rows = new TreeSet<>();
    for (int i = ids.length - tokens; i < ids.length; i++) {
      rows.add(ids[i] / tiny.config.maxLatentSize());
    }
    return new Grid(rows.size(), tokens / rows.size());
  }

  /** A document of the recorded packing, run as one row. */
  private record Sequence(Tensor logits, Tensor velocity, int length) {

    /**
     * Packs the pieces, checks the layout against the recorded one, and runs the model.
     *
     * @param begin index of the document's first token in the recorded packing
     */
    static Sequence of(TinyBagel tiny, int begin, Piece... pieces) {
      PackedBatch batch = tiny.reader.pack(List.of(List.of(pieces)));
      int length = batch.columns();
      int[] order = order(tiny, begin, length);
      assertThat(batch.positions()[0])
          .containsExactly(
              Arrays.stream(order).map(i -> tiny.ints("train/packed_position_ids")[i]).toArray());
      checkMask(tiny, batch, order);
      List<Tensor> noisy = new ArrayList<>();
      int clean = batch.cleanPlanes().size();
      int row = firstLatent(tiny, begin);
      for (int block = 0; block < batch.latentGrids().size(); block++) {
        Grid grid = batch.latentGrids().get(block);
        if (block >= clean) {
          Tensor latents = tiny.vector("train/packed_noisy_latent").narrow(0, row, grid.tokens());
          double time = tiny.doubles("train/packed_timesteps")[row];
          noisy.add(tiny.model.latentRows(latents.unsqueeze(0), grid, time));
        }
        row += grid.tokens();
      }
      Tensor hidden =
          tiny.model
              .decode(
                  PassCounter.Kind.SUPERVISED,
                  tiny.reader.rows(batch, noisy),
                  batch.understandingColumns(),
                  tiny.model.rotary(batch.positions()),
                  batch.maskTensor(tiny.model.placement()),
                  KeyValues.empty(tiny.config.llm().layers()),
                  KeySink.forget())
              .squeeze(0);
      return new Sequence(
          tiny.model.logits(pick(tiny, hidden, order, "train/ce_loss_indexes")),
          tiny.model.velocity(pick(tiny, hidden, order, "train/mse_loss_indexes")),
          length);
    }

    /** Recorded index of each column: the understanding expert's tokens, then the latents. */
    private static int[] order(TinyBagel tiny, int begin, int length) {
      int[] latents = within(tiny.ints("train/packed_vae_token_indexes"), begin, length);
      int[] others =
          IntStream.range(begin, begin + length)
              .filter(i -> Arrays.stream(latents).noneMatch(latent -> latent == i))
              .toArray();
      return IntStream.concat(Arrays.stream(others), Arrays.stream(latents)).toArray();
    }

    private static int[] within(int[] indexes, int begin, int length) {
      return Arrays.stream(indexes).filter(i -> i >= begin && i < begin + length).toArray();
    }

    private static int firstLatent(TinyBagel tiny, int begin) {
      return (int)
          Arrays.stream(tiny.ints("train/packed_vae_token_indexes"))
              .filter(index -> index < begin)
              .count();
    }

    private static void checkMask(TinyBagel tiny, PackedBatch batch, int[] order) {
      double[] recorded = tiny.doubles("train/attention_mask");
      int all = (int) tiny.shape("train/attention_mask")[0];
      int length = order.length;
      for (int q = 0; q < length; q++) {
        for (int k = 0; k < length; k++) {
          assertThat((double) batch.mask()[q * length + k])
              .as("mask[%d][%d]", order[q], order[k])
              .isEqualTo(recorded[order[q] * all + order[k]]);
        }
      }
    }

    private static Tensor pick(TinyBagel tiny, Tensor hidden, int[] order, String indexes) {
      int begin = Arrays.stream(order).min().orElseThrow();
      long[] columns =
          Arrays.stream(within(tiny.ints(indexes), begin, order.length))
              .mapToLong(
                  index ->
                      IntStream.range(0, order.length)
                          .filter(column -> order[column] == index)
                          .findFirst()
                          .orElseThrow())
              .toArray();
      return hidden.index_select(0, Tensor.create(columns));
    }
  }

  @ParameterizedTest
  @EnumSource
  void cachedGreedyText(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision);
        NoGradGuard guard = new NoGradGuard()) {
      Prefix prefix =
          tiny.reader.read(List.of(tiny.text("t1"), tiny.vit("vit/image1"), tiny.text("t2")));
      for (int layer = 0; layer < tiny.config.llm().layers(); layer++) {
        compareIfRecorded(tiny, "key", layer, prefix.memory().keys(layer));
        compareIfRecorded(tiny, "value", layer, prefix.memory().values(layer));
      }
      int[] expected = tiny.ints("cache/greedy_tokens");
      KeyValues memory = prefix.memory().reserve(1, prefix.columns() + expected.length);
      TensorVector logits = new TensorVector();
      int[] tokens = new int[expected.length];
      tokens[0] = tiny.special.textStart();
      try (BagelContext context = BagelContext.of(List.of(), prefix)) {
        for (int step = 0; step + 1 < expected.length; step++) {
          Tensor hidden =
              TextDecoder.writeColumn(tiny.model, memory, context, step, new int[] {tokens[step]});
          Tensor row = tiny.model.logits(hidden).reshape(1, -1);
          logits.push_back(row);
          boolean forced = step + 2 == expected.length;
          tokens[step + 1] =
              forced
                  ? tiny.special.textEnd()
                  : (int) row.argmax(new LongOptional(1), false).item_long();
        }
      }
      assertThat(tokens).containsExactly(expected);
      tiny.compare(torch.cat(logits, 0), "cache/greedy_logits");
    }
  }

  private static void compareIfRecorded(TinyBagel tiny, String what, int layer, Tensor memory) {
    String name = "cache/%s_layer%d_after_context".formatted(what, layer);
    if (tiny.names(name).contains(name)) {
      tiny.compare(memory.squeeze(0).transpose(0, 1), name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void guidedVelocitiesAndOdeSampling(Precision precision) {
    try (TinyBagel tiny = new TinyBagel(precision);
        NoGradGuard guard = new NoGradGuard()) {
      Tensor noise = tiny.vector("flow/initial_noise").unsqueeze(0);
      List<String> names = tiny.names("flow/velocity_");
      assertThat(names).hasSize(1 + Guidance.Renorm.values().length);
      for (String name : names) {
        String kind = name.substring("flow/velocity_".length());
        Denoiser denoiser = denoiser(tiny, guidance(kind));
        tiny.compare(denoiser.velocity(noise, FLOW_TIME).squeeze(0), name);
        FlowSchedule schedule = FlowSchedule.points(ODE_POINTS, SHIFT);
        Tensor latents = noise;
        for (int step = 0; step < schedule.steps(); step++) {
          Tensor velocity = denoiser.velocity(latents, schedule.t(step));
          latents = ImageSampler.euler(latents, velocity, schedule.dt(step));
        }
        tiny.compare(latents.squeeze(0), "flow/ode5_" + kind);
        String image = "flow/ode5_" + kind + "_image";
        if (tiny.names(image).contains(image)) {
          tiny.compare(ImageSampler.planes(tiny.model, latents, tiny.latentGrid()), image);
        }
      }
    }
  }

  private static Guidance guidance(String kind) {
    return kind.equals("nocfg")
        ? Guidance.NONE
        : new Guidance(
            TEXT_SCALE,
            IMAGE_SCALE,
            LOW,
            1,
            Guidance.Renorm.valueOf(kind.substring("cfg_".length()).toUpperCase(Locale.ROOT)),
            0);
  }

  private static Denoiser denoiser(TinyBagel tiny, Guidance guidance) {
    return new Denoiser(
        guidance,
        pass(tiny, tiny.text("t1"), tiny.clean(), tiny.text("t2")),
        pass(tiny, tiny.text("t1"), tiny.clean()),
        pass(tiny, tiny.text("t1"), tiny.text("t2")));
  }

  private static DenoisingPass pass(TinyBagel tiny, Piece... context) {
    Prefix prefix = tiny.reader.read(List.of(context));
    return new DenoisingPass(tiny.model, tiny.special, tiny.latentGrid(), Memory.of(prefix, 1));
  }
}
