package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.shapeworld.Edit;
import org.junit.jupiter.api.Test;

class CritiqueTest {
  @Test
  void whatFollowsTheLastThoughtDecides() {
    assertThat(Critique.leavesAlone(FindingsFixture.LEAVES_ALONE)).isTrue();
    assertThat(Critique.leavesAlone(FindingsFixture.EDITS)).isFalse();
    assertThat(Critique.leavesAlone("<think>" + Edit.NO_EDIT + "</think>remove it")).isFalse();
  }

  @Test
  void aTextWithoutAThoughtAsksForNoEdit() {
    assertThat(Critique.leavesAlone("remove the red star top left")).isTrue();
  }
}
