package dev.tandem.bench;

import dev.tandem.policy.Context;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Our side: a process that does batches on command, on as many threads over one shared model as its
 * second argument says. Commands as in {@code theirs.py}; N batches are done on every thread.
 */
final class Ours implements AutoCloseable {
  private final Policy policy;
  private final TrainablePolicy trainable;
  private final List<TextRollout> plans = new ArrayList<>();
  private final TrainingWork training;
  private final ExecutorService threads;
  private final int threadCount;
  private final Path folder;

  private Ours(Path folder, int threadCount) {
    this.folder = folder;
    this.policy = Policies.load(folder);
    this.trainable = TrainablePolicies.load(folder);
    this.threadCount = threadCount;
    this.threads = Executors.newFixedThreadPool(threadCount);
    try (PolicyFiles files = PolicyFiles.load(folder, false)) {
      int latentSize = policy.info().latentTokens() * policy.info().latentChannels();
      this.training =
          new TrainingWork(trainable, files.tokenizer().size(), latentSize, threadCount);
    }
    for (int i = 0; i < threadCount; i++) {
      plans.add(decode());
    }
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Ours ours = new Ours(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println("Java " + Runtime.version().feature());
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        int space = line.indexOf(' ');
        ours.run(line.substring(0, space), line.substring(space + 1));
        System.out.println("done");
      }
    }
  }

  private void run(String command, String argument) {
    switch (command) {
      case "check" -> CheckFile.write(Path.of(argument), folder, policy, trainable);
      case "decode" -> onEveryThread(Integer.parseInt(argument), thread -> decode().close());
      case "sample" -> onEveryThread(Integer.parseInt(argument), this::sample);
      case "train" -> {
        for (int i = 0; i < Integer.parseInt(argument); i++) {
          training.step();
        }
      }
      default -> throw new IllegalArgumentException("Unknown command " + command);
    }
  }

  private interface Batch {
    void run(int thread);
  }

  private void onEveryThread(int batches, Batch batch) {
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < threadCount; thread++) {
      int own = thread;
      Callable<Void> task =
          () -> {
            for (int i = 0; i < batches; i++) {
              batch.run(own);
            }
            return null;
          };
      running.add(threads.submit(task));
    }
    try {
      for (Future<?> task : running) {
        task.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("A batch failed", e);
    }
  }

  private TextRollout decode() {
    try (Context context = policy.encode(Workload.PROMPT)) {
      return policy.generateText(context, Workload.SAMPLING, Workload.keys(3));
    }
  }

  private void sample(int thread) {
    policy.generateImages(plans.get(thread).context(), Workload.IMAGES, Workload.keys(4));
  }

  @Override
  public void close() {
    threads.shutdown();
    training.close();
    plans.forEach(TextRollout::close);
    trainable.close();
    policy.close();
  }
}
