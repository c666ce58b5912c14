package dev.tandem.pairs;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * Compares generation samples with the understanding samples of their nearest clusters. Clusters
 * are dealt out to parts; a part is sent its clusters' rows first, then the rows that look there.
 */
record ListSearch(
    Retrieval retrieval,
    NearestCentroids nearest,
    BitSet generation,
    BitSet understanding,
    int parts)
    implements Serializable {

  /** Kinds of rows that a part is sent, in the order in which they arrive. */
  static final int KINDS = 2;

  private static final int LISTED = 0;
  private static final int LOOKING = 1;

  /** The rows of a block by part and kind. */
  List<Tuple2<Integer, VectorBlock>> sent(VectorBlock block) {
    List<Tuple2<Integer, VectorBlock>> sent = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int to = part;
      send(sent, to * KINDS + LISTED, block.select(index -> isListed(index, to)));
      send(sent, to * KINDS + LOOKING, block.select(index -> looks(index, to)));
    }
    return sent;
  }

  private static void send(List<Tuple2<Integer, VectorBlock>> sent, int key, VectorBlock rows) {
    if (rows.rows() > 0) {
      sent.add(new Tuple2<>(key, rows));
    }
  }

  private boolean isListed(int index, int part) {
    return understanding.get(index) && nearest.cluster(index) % parts == part;
  }

  private boolean looks(int index, int part) {
    if (generation.get(index)) {
      for (int place = 0; place < nearest.probes(); place++) {
        if (nearest.cluster(index, place) % parts == part) {
          return true;
        }
      }
    }
    return false;
  }

  /** The edges that a part finds among the rows it was sent. */
  Edges edges(int part, Iterator<Tuple2<Integer, VectorBlock>> rows) {
    List<VectorBlock> listed = new ArrayList<>();
    Edges edges = new Edges();
    ClusterLists lists = null;
    while (rows.hasNext()) {
      Tuple2<Integer, VectorBlock> row = rows.next();
      if (row._1() % KINDS == LISTED) {
        listed.add(row._2());
      } else {
        lists = lists == null ? new ClusterLists(listed, nearest) : lists;
        look(part, row._2(), lists, edges);
      }
    }
    return edges;
  }

  private void look(int part, VectorBlock block, ClusterLists lists, Edges edges) {
    Contenders contenders = retrieval.contenders(block, block.places());
    for (int row = 0; row < block.rows(); row++) {
      int index = block.indexes()[row];
      for (int place = 0; place < nearest.probes(); place++) {
        int cluster = nearest.cluster(index, place);
        if (cluster % parts == part) {
          lists.offer(block, row, cluster, contenders);
        }
      }
    }
    contenders.addTo(edges, block.indexes());
  }
}
