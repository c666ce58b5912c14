package dev.tandem.shapeworld;

/** One change of an image, as an edit instruction words it. Objects are named with their place. */
public sealed interface EditStep {

  /** The instruction, for example {@code change the red circle top left to blue}. */
  String text();

  /** {@code add a blue square bottom right}. */
  record Add(PlannedObject object) implements EditStep {
    @Override
    public String text() {
      return "add " + Words.withArticle(object.text());
    }
  }

  /** {@code remove the red star top left}. */
  record Remove(PlannedObject object) implements EditStep {
    @Override
    public String text() {
      return "remove the " + object.text();
    }
  }

  /** {@code change the red circle top left to blue}. */
  record Recolour(PlannedObject object, Colour to) implements EditStep {
    @Override
    public String text() {
      return "change the " + object.text() + " to " + to.word();
    }
  }

  /** {@code move the red circle top left to bottom right}. */
  record Move(PlannedObject object, Place to) implements EditStep {
    @Override
    public String text() {
      return "move the " + object.text() + " to " + to.words();
    }
  }
}
