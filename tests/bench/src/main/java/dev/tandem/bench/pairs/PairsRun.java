package dev.tandem.bench.pairs;

import dev.tandem.pairs.KMeansConfig;
import dev.tandem.pairs.Matching;
import dev.tandem.pairs.PairBuild;
import dev.tandem.pairs.PairConfig;
import dev.tandem.pairs.PairSummary;
import dev.tandem.pairs.PairWeight;
import dev.tandem.pairs.RetrievalConfig;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SparkSessions;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** One engine's run of the job: from features in a table to pairs in a table. */
public final class PairsRun {
  private static final int THREADS = 2;
  private static final double THRESHOLD = 0.6;
  private static final int CANDIDATES = 10;

  private PairsRun() {}

  /** Arguments: the benchmark's folder, then options {@code name=value}, see {@link Size}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Size size = Size.of(Arrays.asList(arguments).subList(1, arguments.length));
    SparkSession spark =
        SparkSessions.local("pairs benchmark", THREADS)
            .config("spark.sql.warehouse.dir", folder.resolve("spark").toString())
            .getOrCreate();
    Path root = folder.resolve("warehouse-" + size.images() + "-" + size.dimension());
    if (size.engine().equals("data")) {
      new Features(size).write(folder);
      if (!Files.exists(root)) {
        new FeatureTables(folder, size).write(Warehouse.open(spark, root.toString()));
      }
    } else {
      measure(Warehouse.open(spark, root.toString()), size);
    }
    spark.stop();
  }

  private static void measure(Warehouse warehouse, Size size) throws IOException {
    warehouse.replaceWhere(Table.PAIRS, "true", warehouse.read(Table.PAIRS).limit(0));
    Stopwatch watch = new Stopwatch();
    PairSummary summary = PairBuild.run(warehouse, config(size), watch);
    watch.doing("done");
    System.out.printf(
        Locale.ROOT,
        "%-6s %8.1f s, %.1f CPU s = %.2f CPU ms an image, peak %s, %d aligned, %d retrieved of %d edges, recall of %d"
            + " audited edges %.5f%n%s",
        size.engine(),
        watch.seconds(),
        watch.processorSeconds(),
        1e3 * watch.processorSeconds() / size.images(),
        peakMemory(),
        summary.pairing().aligned(),
        summary.pairing().retrieved(),
        summary.pairing().candidateEdges(),
        summary.pairing().auditedEdges(),
        summary.pairing().recall(),
        watch.phases());
  }

  private static PairConfig config(Size size) {
    boolean mllib = size.engine().equals("mllib");
    boolean ivf = size.engine().equals("ivf");
    PairConfig defaults = PairConfig.defaults(1);
    return new PairConfig(
        size.clusters(),
        new KMeansConfig(
            mllib ? KMeansConfig.Engine.MLLIB : KMeansConfig.Engine.BLOCKS,
            KMeansConfig.Algorithm.LLOYD,
            KMeansConfig.Init.RANDOM,
            size.iterations(),
            0,
            size.images()),
        new RetrievalConfig(
            ivf ? RetrievalConfig.Mode.IVF : RetrievalConfig.Mode.EXACT,
            RetrievalConfig.DEFAULTS.probes(),
            RetrievalConfig.DEFAULTS.audit(),
            RetrievalConfig.DEFAULTS.exactBelow()),
        THRESHOLD,
        CANDIDATES,
        1,
        new Matching.Greedy(),
        defaults.driverEdges(),
        PairWeight.SQRT,
        defaults.encoder(),
        1);
  }

  /** The largest resident set of this process. */
  private static String peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.substring("VmHWM:".length()).strip())
        .findFirst()
        .orElse("unknown");
  }
}
