package dev.tandem.jobs.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.policy.Segment;
import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.BagelConfig;
import dev.tandem.policy.bagel.BagelModel;
import dev.tandem.policy.bagel.Initialization;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.bagel.Weights;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.tokenizer.BpeTrainer;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.tokenizer.TokenizerJson;
import dev.tandem.policy.training.SupervisedExample;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the bundled policy from nothing: a tokenizer on ShapeWorld's texts, the autoencoder on its
 * images, then the policy. Each phase leaves its files in the run's folder; a run that was stopped
 * goes on from its last checkpoint when the same command is given again.
 */
public final class PretrainJob {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VOCABULARY = 512;
  private static final int CORPUS_EXAMPLES = 20_000;
  private static final int REPORT_STEPS = 50;
  private static final double AUTOENCODER_RATE = 1.5e-3;
  private static final double POLICY_RATE = 1.2e-3;
  private static final double PLANNING_RATE = 6e-4;
  private static final double WEIGHT_DECAY = 0.01;
  private static final int AUTOENCODER_BATCH = 32;

  private final PretrainConfig config;
  private final RandomKey key;
  private final PretrainProgress progress;

  public PretrainJob(PretrainConfig config, PretrainProgress progress) {
    this.config = config;
    this.key = RandomKey.of(config.seed()).with("pretrain");
    this.progress = progress;
  }

  /** Runs or resumes; returns the folder of the finished policy. */
  public Path run() {
    Torch.use();
    try {
      Files.createDirectories(config.folder());
      Path tokenizerFile = trainTokenizer();
      try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
        BagelConfig sizes = BagelConfig.bundled(tokenizer.size());
        Weights autoencoder = Initialization.codec(sizes, key.with("autoencoder weights"));
        sizes = trainAutoencoder(sizes, autoencoder);
        Weights weights = Initialization.model(sizes, key.with("policy weights"));
        trainPolicy(sizes, tokenizer, weights, autoencoder);
        Path policy = config.folder().resolve("policy");
        PolicyFiles.save(policy, sizes, tokenizerFile, weights, autoencoder);
        return policy;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write below " + config.folder(), e);
    }
  }

  private Path trainTokenizer() {
    Path file = config.folder().resolve(PolicyFiles.TOKENIZER);
    if (!Files.exists(file)) {
      List<String> corpus = new ArrayList<>();
      RandomKey corpusKey = key.with("corpus");
      for (int i = 0; i < CORPUS_EXAMPLES; i++) {
        addTexts(Lessons.answer(corpusKey.with(i)), corpus);
        addTexts(Lessons.describe(corpusKey.with(i)), corpus);
        addTexts(Lessons.reason(corpusKey.with(i)), corpus);
        addTexts(Lessons.reflect(corpusKey.with(i), (image, ignored) -> image), corpus);
      }
      TokenizerJson.write(file, BpeTrainer.train(corpus, VOCABULARY));
    }
    return file;
  }

  private static void addTexts(SupervisedExample example, List<String> corpus) {
    for (Segment segment : example.context()) {
      if (segment instanceof Segment.Text text) {
        corpus.add(text.text());
      }
    }
    corpus.add(example.response());
  }

  private BagelConfig trainAutoencoder(BagelConfig sizes, Weights weights) throws IOException {
    AutoencoderPretraining training = new AutoencoderPretraining(sizes, weights, key);
    Phase phase = new Phase("autoencoder", weights, config.autoencoderSteps(), AUTOENCODER_RATE);
    phase.run(optimizer -> step -> training.step(optimizer, step, AUTOENCODER_BATCH, 2));
    return training.measureLatents();
  }

  private void trainPolicy(
      BagelConfig sizes, Tokenizer tokenizer, Weights weights, Weights autoencoder)
      throws IOException {
    PolicyPretraining training =
        new PolicyPretraining(
            new BagelModel(sizes, weights, autoencoder), tokenizer, config.steps(), key);
    Phase phase = new Phase("policy", weights, config.steps(), POLICY_RATE);
    phase.run(optimizer -> step -> training.step(optimizer, step, config.batch()));
    Phase planning = new Phase("planning", weights, config.planningSteps(), PLANNING_RATE);
    planning.run(optimizer -> step -> training.planningStep(optimizer, step, config.batch()));
  }

  /** Some steps of one model with checkpoints, metrics and progress. */
  private final class Phase {
    private final String name;
    private final Weights weights;
    private final int steps;
    private final double rate;
    private final Path weightFile;
    private final Path optimizerFile;
    private final Path stepFile;

    Phase(String name, Weights weights, int steps, double rate) {
      this.name = name;
      this.weights = weights;
      this.steps = steps;
      this.rate = rate;
      Path folder = config.folder().resolve("checkpoint");
      this.weightFile = folder.resolve(name + ".safetensors");
      this.optimizerFile = folder.resolve(name + ".optimizer");
      this.stepFile = folder.resolve(name + ".step");
    }

    void run(Function<PretrainOptimizer, IntFunction<Map<String, Double>>> training)
        throws IOException {
      List<Tensor> trained =
          weights.tensors().entrySet().stream()
              .filter(entry -> !entry.getKey().endsWith("pos_embed.pos_embed"))
              .map(entry -> (Tensor) entry.getValue().set_requires_grad(true))
              .toList();
      try (PretrainOptimizer optimizer =
          new PretrainOptimizer(trained, config.threads(), rate, WEIGHT_DECAY, steps)) {
        int first = resume(optimizer);
        int reportSteps = Math.min(REPORT_STEPS, config.checkpointSteps());
        IntFunction<Map<String, Double>> step = training.apply(optimizer);
        for (int i = first; i < steps; i++) {
          Map<String, Double> metrics = step.apply(i);
          if ((i + 1) % config.checkpointSteps() == 0 || i + 1 == steps) {
            checkpoint(optimizer, i + 1);
          }
          if ((i + 1) % reportSteps == 0 || i + 1 == steps) {
            report(i + 1, metrics);
          }
        }
      }
      trained.forEach(tensor -> tensor.set_requires_grad(false));
    }

    private int resume(PretrainOptimizer optimizer) throws IOException {
      if (!Files.exists(stepFile)) {
        return 0;
      }
      int step = Integer.parseInt(Files.readString(stepFile).strip());
      weights.copyFrom(TensorFiles.load(numbered(weightFile, step), torch.ScalarType.Float));
      optimizer.load(numbered(optimizerFile, step));
      return step;
    }

    /** The step file is written last: it names the files that belong together. */
    private void checkpoint(PretrainOptimizer optimizer, int step) throws IOException {
      Files.createDirectories(stepFile.getParent());
      TensorFiles.save(numbered(weightFile, step), weights.tensors(), Map.of());
      optimizer.save(numbered(optimizerFile, step));
      Path temporary = stepFile.resolveSibling(name + ".step.tmp");
      Files.writeString(temporary, Integer.toString(step));
      Files.move(
          temporary, stepFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(numbered(weightFile, step - config.checkpointSteps()));
      Files.deleteIfExists(numbered(optimizerFile, step - config.checkpointSteps()));
    }

    private Path numbered(Path file, int step) {
      return file.resolveSibling(step + "-" + file.getFileName());
    }

    private void report(int step, Map<String, Double> metrics) throws IOException {
      progress.step(name, step, steps, metrics);
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("phase", name);
      line.put("step", step);
      line.putAll(metrics);
      Files.writeString(
          config.folder().resolve("metrics.jsonl"),
          JSON.writeValueAsString(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
