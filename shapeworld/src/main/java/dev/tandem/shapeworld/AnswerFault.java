package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import java.util.Optional;

/**
 * The faults of the demonstrated answers to questions, the counterpart of {@link PlanFault}: the
 * bundled policy miscounts and mixes up neighbours as real models do, and reinforcement learning
 * has something to mend. Answers about colour, shape and place are always right.
 */
public enum AnswerFault {
  /** One object fewer than the image shows, where it shows several. */
  ONE_TOO_FEW(QuestionKind.COUNT, 0.75) {
    @Override
    Optional<Integer> wrongOption(Question question) {
      int right = Integer.parseInt(question.options().get(question.answerIndex()));
      int option = question.options().indexOf(String.valueOf(right - 1));
      return option < 0 ? Optional.empty() : Optional.of(option);
    }
  },
  /** The object that the question starts from, instead of its neighbour. */
  NEIGHBOUR_MISTAKEN(QuestionKind.RELATION, 0.75) {
    @Override
    Optional<Integer> wrongOption(Question question) {
      return question.options().stream()
          .filter(question.stem()::contains)
          .findFirst()
          .map(question.options()::indexOf);
    }
  };

  private final QuestionKind kind;
  private final double probability;

  AnswerFault(QuestionKind kind, double probability) {
    this.kind = kind;
    this.probability = probability;
  }

  /** The kind of question whose demonstrated answers carry the fault. */
  public QuestionKind kind() {
    return kind;
  }

  /** The share that carries the fault among the answers where it can show. */
  public double probability() {
    return probability;
  }

  /** Index of the option that the fault chooses; none where it cannot show. */
  abstract Optional<Integer> wrongOption(Question question);

  /** The letter of the demonstrated answer: faulty with the probability of the kind's fault. */
  public static String demonstratedAnswer(Question question, CounterRandom random) {
    for (AnswerFault fault : values()) {
      if (fault.kind == question.kind()) {
        Optional<Integer> wrong = fault.wrongOption(question);
        if (wrong.isPresent() && random.nextBoolean(fault.probability)) {
          return Question.letter(wrong.get());
        }
      }
    }
    return question.answer();
  }
}
