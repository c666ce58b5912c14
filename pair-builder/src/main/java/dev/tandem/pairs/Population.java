package dev.tandem.pairs;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The samples that take part in pairing, in the order of their ids; a member's place in the list is
 * its index everywhere in this package. Of several samples with the same image the first takes
 * part, so that no image is used twice.
 *
 * @param members one for each image
 * @param duplicates samples left out because another has their image
 */
record Population(List<Member> members, int duplicates) {

  Population {
    members = List.copyOf(members);
  }

  /** Reads the samples that have one of the given vectors. */
  static Population read(Warehouse warehouse, Dataset<Row> vectors) {
    List<Row> rows =
        warehouse
            .read(Table.SAMPLES)
            .where("image_format IS NOT NULL")
            .join(vectors.select("sample_id"), "sample_id")
            .selectExpr(
                "sample_id",
                "image_sha256",
                "side = 'generation'",
                "prompt IS NOT NULL AND question IS NOT NULL AND answer IS NOT NULL")
            .collectAsList();
    return of(
        rows.stream()
            .map(r -> new Member(r.getString(0), r.getString(1), r.getBoolean(2), r.getBoolean(3)))
            .toList());
  }

  static Population of(List<Member> samples) {
    List<Member> members = new ArrayList<>();
    Set<String> images = new HashSet<>();
    for (Member sample : samples.stream().sorted(Comparator.comparing(Member::sampleId)).toList()) {
      if (images.add(sample.imageDigest())) {
        members.add(sample);
      }
    }
    return new Population(members, samples.size() - members.size());
  }

  int size() {
    return members.size();
  }

  Member member(int index) {
    return members.get(index);
  }

  int generationSize() {
    return (int) members.stream().filter(Member::generation).count();
  }

  /** The ids, ascending; a member's index is its id's place. */
  String[] sampleIds() {
    return members.stream().map(Member::sampleId).toArray(String[]::new);
  }
}
