package dev.tandem.pairs;

import dev.tandem.frozen.DifferenceHash;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Keeps samples out of pairing that an evaluation asks for, or whose images are nearly the same as
 * others'.
 *
 * @param excluded ids of the samples that are left out
 * @param counts what was found
 */
record Screening(List<String> excluded, PairSummary.Screening counts) {
  private static final String[] SAMPLE_ID = {"sample_id"};

  /**
   * Screens the samples that have a vector.
   *
   * @param vectors columns {@code sample_id}, {@code vector}
   */
  static Screening run(
      Warehouse warehouse, ScreeningConfig config, Dataset<Row> vectors, PairProgress progress) {
    List<String> excluded = new ArrayList<>();
    Long asked = null;
    String prompts = config.evaluationPrompts();
    if (prompts != null) {
      progress.doing("comparing prompts with the evaluation's");
      List<String> overlap = EvaluationPrompts.read(Path.of(prompts)).overlap(warehouse);
      asked = (long) overlap.size();
      if (config.evaluationOverlap() == ScreeningConfig.Overlap.REMOVE) {
        excluded.addAll(overlap);
      }
    }
    PairSummary.Duplicates duplicates = null;
    if (config.duplicates() != ScreeningConfig.Duplicates.IGNORE) {
      Images images = Images.read(warehouse, without(excluded, vectors));
      DuplicateGroups byHash = byHash(warehouse, config, images, progress);
      DuplicateGroups byVector = byVector(vectors, config, images, progress);
      DuplicateGroups groups = new DuplicateGroups(images.ids().length);
      groups.linkAll(byHash);
      groups.linkAll(byVector);
      duplicates = images.count(byHash, byVector, groups);
      if (config.duplicates() == ScreeningConfig.Duplicates.REMOVE) {
        excluded.addAll(images.repeated(groups));
      }
    }
    return new Screening(excluded, new PairSummary.Screening(asked, duplicates, excluded.size()));
  }

  private static DuplicateGroups byHash(
      Warehouse warehouse, ScreeningConfig config, Images images, PairProgress progress) {
    if (config.hashDistance() < 0) {
      return new DuplicateGroups(images.ids().length);
    }
    EmbeddingStep step = EmbeddingStep.of(DifferenceHash.NAME);
    step.run(warehouse, progress);
    progress.doing("comparing %d hashes".formatted(images.ids().length));
    long[] hashes = new long[images.ids().length];
    step.vectors(warehouse)
        .toJavaRDD()
        .map(
            row ->
                new Tuple2<>(
                    row.getString(0), DifferenceHash.bits(Vectors.asFloats((byte[]) row.get(1)))))
        .collect()
        .forEach(
            hash -> {
              int index = Arrays.binarySearch(images.ids(), hash._1());
              if (index >= 0) {
                hashes[index] = hash._2();
              }
            });
    return HashNeighbours.link(hashes, config.hashDistance());
  }

  private static DuplicateGroups byVector(
      Dataset<Row> vectors, ScreeningConfig config, Images images, PairProgress progress) {
    if (config.cosine() > 1) {
      return new DuplicateGroups(images.ids().length);
    }
    progress.doing("comparing %d embeddings".formatted(images.ids().length));
    return CosineNeighbours.link(vectors, images.ids(), config.cosine());
  }

  /** The given vectors without those of the samples that are left out. */
  Dataset<Row> keep(Dataset<Row> vectors) {
    return without(excluded, vectors);
  }

  private static Dataset<Row> without(List<String> excluded, Dataset<Row> vectors) {
    if (excluded.isEmpty()) {
      return vectors;
    }
    Dataset<Row> ids =
        vectors.sparkSession().createDataset(excluded, Encoders.STRING()).toDF("sample_id");
    return vectors.join(ids, SAMPLE_ID, "left_anti");
  }

  /** The samples that are compared, by id, and which of them are of the generation side. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Images(String[] ids, boolean[] generation) {

    static Images read(Warehouse warehouse, Dataset<Row> vectors) {
      List<Row> rows =
          new ArrayList<>(
              warehouse
                  .read(Table.SAMPLES)
                  .join(vectors.select("sample_id"), SAMPLE_ID, "left_semi")
                  .selectExpr("sample_id", "side = 'generation'")
                  .dropDuplicates("sample_id")
                  .collectAsList());
      rows.sort(Comparator.comparing(row -> row.getString(0)));
      boolean[] generation = new boolean[rows.size()];
      for (int i = 0; i < generation.length; i++) {
        generation[i] = rows.get(i).getBoolean(1);
      }
      return new Images(
          rows.stream().map(row -> row.getString(0)).toArray(String[]::new), generation);
    }

    PairSummary.Duplicates count(
        DuplicateGroups byHash, DuplicateGroups byVector, DuplicateGroups groups) {
      return new PairSummary.Duplicates(
          byHash.duplicates(),
          byVector.duplicates(),
          groups.duplicates(),
          within(groups, true),
          within(groups, false),
          across(groups));
    }

    /** Ids of all but the first of each group. */
    List<String> repeated(DuplicateGroups groups) {
      return IntStream.range(0, ids.length)
          .filter(groups::isDuplicate)
          .mapToObj(i -> ids[i])
          .toList();
    }

    /** Images of one side that repeat another one of the same side. */
    private long within(DuplicateGroups groups, boolean ofGeneration) {
      int[] members = members(groups, ofGeneration);
      return Arrays.stream(members).filter(count -> count > 1).mapToLong(count -> count - 1).sum();
    }

    /** Groups with images of both sides. */
    private long across(DuplicateGroups groups) {
      int[] generations = members(groups, true);
      int[] understandings = members(groups, false);
      long both = 0;
      for (int i = 0; i < generations.length; i++) {
        both += generations[i] > 0 && understandings[i] > 0 ? 1 : 0;
      }
      return both;
    }

    /** The members of one side of each group, at the place of its first image. */
    private int[] members(DuplicateGroups groups, boolean ofGeneration) {
      int[] members = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        members[groups.first(i)] += generation[i] == ofGeneration ? 1 : 0;
      }
      return members;
    }
  }
}
