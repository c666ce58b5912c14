package dev.tandem.pairs;

import java.util.BitSet;
import java.util.List;

/** The indexes of the images of both sides that may still become pairs. */
record Sides(BitSet generation, BitSet understanding) {

  /** All members but the given ones. */
  static Sides without(List<Integer> taken, Population population) {
    BitSet generation = new BitSet(population.size());
    BitSet understanding = new BitSet(population.size());
    for (int i = 0; i < population.size(); i++) {
      (population.member(i).generation() ? generation : understanding).set(i);
    }
    taken.forEach(generation::clear);
    taken.forEach(understanding::clear);
    return new Sides(generation, understanding);
  }
}
