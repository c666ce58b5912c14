package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/** Texts of different lengths, padded with zeros to {@code [G, T]}. */
final class RaggedText {
  private final JsonNode members;

  /** Takes a list of objects, each with lists of numbers by name. */
  RaggedText(JsonNode members) {
    this.members = members;
  }

  int width(String name) {
    return StreamSupport.stream(members.spliterator(), false)
        .mapToInt(member -> member.path(name).size())
        .max()
        .orElse(0);
  }

  Tensor tensor(String name) {
    int width = width(name);
    double[] values = new double[members.size() * width];
    for (int i = 0; i < members.size(); i++) {
      double[] row = doubles(members.path(i).path(name));
      System.arraycopy(row, 0, values, i * width, row.length);
    }
    return TestTensors.of(values, members.size(), width);
  }

  Tensor mask(String name) {
    int width = width(name);
    double[] values = new double[members.size() * width];
    for (int i = 0; i < members.size(); i++) {
      int start = i * width;
      Arrays.fill(values, start, start + members.path(i).path(name).size(), 1.0);
    }
    return TestTensors.of(values, members.size(), width);
  }

  TextTotals totals(String name) {
    long tokens =
        StreamSupport.stream(members.spliterator(), false)
            .mapToLong(member -> member.path(name).size())
            .sum();
    return new TextTotals(members.size(), tokens, width(name));
  }
}
