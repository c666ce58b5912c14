package dev.tandem.jobs.examination;

import dev.tandem.jobs.report.Canvas;
import dev.tandem.shapeworld.geneval.Tag;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One picture with samples by tag. Above: the first prompts of every tag with the policy's own plan
 * and the image that it drew after it. Below: the first images of every tag that were wrong or were
 * edited, before and after, with the reflection. A green frame means that the strict check passed.
 */
final class SampleSheet {
  private static final int COLUMNS = 5;
  private static final int EDITS = 2;
  private static final int MARGIN = 16;
  private static final int GAP = 8;
  private static final int TEXT = 190;
  private static final int CELL = Canvas.TILE + GAP + TEXT + GAP;
  private static final int PAIR = 2 * (Canvas.TILE + GAP) + TEXT + GAP;
  private static final int ROW = Canvas.TILE + GAP;
  private static final int SECTION_GAP = 24;

  private final List<PromptFindings> findings;

  SampleSheet(List<PromptFindings> findings) {
    this.findings = findings;
  }

  /** Writes the picture; returns whether its texts could be drawn. */
  boolean write(Path file) {
    int tags = Tag.values().length;
    int heading = Canvas.CAPTION;
    int width = 2 * MARGIN + Math.max(COLUMNS * CELL, 2 * EDITS * PAIR);
    int height = 2 * MARGIN + SECTION_GAP + 2 * heading + 2 * tags * (heading + ROW);
    Canvas canvas = new Canvas(width, height);
    canvas.heading("Own plan and image; green: right by the strict check", MARGIN, MARGIN);
    int top = rows(canvas, MARGIN + heading, this::ownImages) + SECTION_GAP;
    canvas.heading("Before and after editing: own images", MARGIN, top);
    canvas.heading("Before and after editing: rendered scenes", MARGIN + EDITS * PAIR, top);
    rows(canvas, top + heading, this::edits);
    canvas.save(file);
    return canvas.captioned();
  }

  /** Draws one row of cells, its top given. */
  private interface Row {
    void draw(Canvas canvas, Tag tag, int top);
  }

  private int rows(Canvas canvas, int top, Row row) {
    int at = top;
    for (Tag tag : Tag.values()) {
      canvas.caption(tag.word(), MARGIN, at);
      row.draw(canvas, tag, at + Canvas.CAPTION);
      at += Canvas.CAPTION + ROW;
    }
    return at;
  }

  private void ownImages(Canvas canvas, Tag tag, int top) {
    int left = MARGIN;
    for (PromptFindings shown : tagged(tag).limit(COLUMNS).toList()) {
      Critique own = shown.own();
      canvas.frame(own.wasRight(), left, top);
      canvas.image(own.before().toBufferedImage(), left, top);
      int text = left + Canvas.TILE + GAP;
      canvas.note(shown.task().prompt() + "\n" + untagged(shown.plan()), text, top, TEXT);
      left += CELL;
    }
  }

  private void edits(Canvas canvas, Tag tag, int top) {
    pairs(canvas, tag, PromptFindings::own, MARGIN, top);
    pairs(canvas, tag, PromptFindings::rendered, MARGIN + EDITS * PAIR, top);
  }

  private void pairs(
      Canvas canvas, Tag tag, Function<PromptFindings, Critique> critique, int first, int top) {
    Predicate<PromptFindings> telling =
        f -> !critique.apply(f).wasRight() || !critique.apply(f).leftAlone();
    List<PromptFindings> chosen = tagged(tag).filter(telling).limit(EDITS).toList();
    if (chosen.isEmpty()) {
      canvas.note("none was wrong, none was edited", first, top, PAIR);
    }
    int left = first;
    for (PromptFindings shown : chosen) {
      Critique pair = critique.apply(shown);
      canvas.frame(pair.wasRight(), left, top);
      canvas.image(pair.before().toBufferedImage(), left, top);
      int after = left + Canvas.TILE + GAP;
      canvas.frame(pair.isRight(), after, top);
      canvas.image(pair.after().toBufferedImage(), after, top);
      int text = after + Canvas.TILE + GAP;
      canvas.note(shown.task().prompt() + "\n" + untagged(pair.reflection()), text, top, TEXT);
      left += PAIR;
    }
  }

  /** A thought, and on a line of its own what follows it. */
  private static String untagged(String text) {
    return text.replace("<think>", "").replace("</think>", "\n").strip();
  }

  private Stream<PromptFindings> tagged(Tag tag) {
    return findings.stream().filter(found -> found.task().tag() == tag);
  }
}
