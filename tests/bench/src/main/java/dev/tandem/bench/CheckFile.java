package dev.tandem.bench;

import dev.tandem.policy.Context;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.bagel.ContextEncoder;
import dev.tandem.policy.bagel.Piece;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.bagel.Tensors;
import dev.tandem.policy.safetensors.DataType;
import dev.tandem.policy.safetensors.SafetensorsWriter;
import dev.tandem.policy.safetensors.TensorData;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** What ours computes of a batch, with all inputs, for the other side to compare. */
final class CheckFile {
  private static final int B = Workload.BATCH;

  private final TreeMap<String, TensorData> tensors = new TreeMap<>();

  private CheckFile() {}

  /** Samples texts and images, replays them, and writes inputs and results. */
  static void write(Path file, Path folder, Policy policy, TrainablePolicy trainable) {
    CheckFile check = new CheckFile();
    int end;
    try (PolicyFiles files = PolicyFiles.load(folder, false)) {
      ContextEncoder encoder = new ContextEncoder(files.model(), files.tokenizer());
      Piece.Tokens prompt = (Piece.Tokens) encoder.pieces(Workload.PROMPT).get(0);
      check.longs("prompt", Arrays.stream(prompt.ids()).asLongStream().toArray());
      end = files.tokenizer().id("<|im_end|>");
      check.texts(policy, trainable, files.tokenizer().id("<|im_start|>"), end);
    }
    SafetensorsWriter.write(file, check.tensors);
  }

  private void texts(Policy policy, TrainablePolicy trainable, int start, int end) {
    List<RandomKey> keys = Workload.keys(5);
    try (Context context = policy.encode(Workload.PROMPT);
        TextRollout rollout = policy.generateText(context, Workload.SAMPLING, keys)) {
      text(rollout.samples(), start, end);
      images(policy.generateImages(rollout.context(), Workload.IMAGES, keys), policy, keys);
      replay(
          rollout.samples(),
          policy.info().latentTokens(),
          policy.info().latentChannels(),
          trainable);
    }
  }

  private void text(List<TextSample> samples, int start, int end) {
    long[] texts = new long[B * (Workload.TEXT + 1)];
    long[] lengths = new long[B];
    float[] logProbs = new float[B * Workload.TEXT];
    byte[] mask = new byte[logProbs.length];
    Arrays.fill(texts, end);
    for (int row = 0; row < B; row++) {
      int[] tokens = samples.get(row).tokens();
      texts[row * (Workload.TEXT + 1)] = start;
      for (int i = 0; i < tokens.length; i++) {
        texts[row * (Workload.TEXT + 1) + 1 + i] = tokens[i];
        logProbs[row * Workload.TEXT + i] = samples.get(row).logProbs()[i];
        mask[row * Workload.TEXT + i] = 1;
      }
      lengths[row] = 1 + tokens.length + (tokens[tokens.length - 1] == end ? 0 : 1);
    }
    longs("texts", texts, B, Workload.TEXT + 1);
    longs("lengths", lengths);
    tensors.put("decoded", TensorData.of(logProbs, B, Workload.TEXT));
    bytes("mask", mask, B, Workload.TEXT);
  }

  private void images(List<ImageSample> samples, Policy policy, List<RandomKey> keys) {
    int side = policy.info().imageSize();
    int size = policy.info().latentTokens() * policy.info().latentChannels();
    byte[] pixels = new byte[B * side * side * 3];
    float[] noise = new float[B * size];
    for (int row = 0; row < B; row++) {
      byte[] rgb = samples.get(row).image().rgb();
      System.arraycopy(rgb, 0, pixels, row * rgb.length, rgb.length);
      float[] own = keys.get(row).with("noise").random().nextGaussians(size);
      System.arraycopy(own, 0, noise, row * size, size);
    }
    bytes("images", pixels, B, side, side, 3);
    tensors.put(
        "noise",
        TensorData.of(noise, B, policy.info().latentTokens(), policy.info().latentChannels()));
  }

  private void replay(
      List<TextSample> samples, int latentTokens, int channels, TrainablePolicy trainable) {
    int count = Workload.TRAINED_TIMES.size();
    int size = latentTokens * channels;
    float[] x = RandomKey.of(6).random().nextGaussians(count * B * size);
    List<Trajectory> trajectories = new ArrayList<>();
    for (int row = 0; row < B; row++) {
      List<FlowStep> steps = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int offset = (i * B + row) * size;
        float[] own = Arrays.copyOfRange(x, offset, offset + size);
        steps.add(new FlowStep(i, Workload.TRAINED_TIMES.get(i), 0.1, 0.5, own, own, 0));
      }
      trajectories.add(new Trajectory(samples.get(row).tokens(), steps));
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Replay replay = trainable.replay(new TrajectoryGroup(Workload.PROMPT, trajectories, 1));
      int columns = (int) replay.tokenLogProbs().size(1);
      float[] found = Tensors.floats(replay.tokenLogProbs());
      float[] logProbs = new float[B * Workload.TEXT];
      for (int row = 0; row < B; row++) {
        System.arraycopy(found, row * columns, logProbs, row * Workload.TEXT, columns);
      }
      tensors.put("replayed", TensorData.of(logProbs, B, Workload.TEXT));
      float[] velocities = new float[x.length];
      for (int i = 0; i < count; i++) {
        float[] own = Tensors.floats(replay.velocities().get(i));
        System.arraycopy(own, 0, velocities, i * own.length, own.length);
      }
      tensors.put("velocities", TensorData.of(velocities, count, B, latentTokens, channels));
    }
    tensors.put("x", TensorData.of(x, count, B, latentTokens, channels));
    double[] times = Workload.TRAINED_TIMES.stream().mapToDouble(Double::doubleValue).toArray();
    tensors.put("times", TensorData.of(times, count));
  }

  private void longs(String name, long[] values, long... shape) {
    tensors.put(
        name, TensorData.of(values, shape.length == 0 ? new long[] {values.length} : shape));
  }

  private void bytes(String name, byte[] values, long... shape) {
    tensors.put(name, TensorData.of(DataType.U8, ByteBuffer.wrap(values), shape));
  }
}
