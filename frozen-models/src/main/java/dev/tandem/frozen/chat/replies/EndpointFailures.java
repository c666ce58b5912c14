package dev.tandem.frozen.chat.replies;

import dev.tandem.frozen.chat.FailureKind;
import dev.tandem.schemas.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * Counts questions that the endpoint left without the model's word, and ends the asking when they
 * are too many: a dead endpoint would otherwise be waited for again and again.
 */
final class EndpointFailures {
  private static final int FAILURE = ReplyWriter.ROW.fieldIndex("failure");
  private static final int MESSAGE = ReplyWriter.ROW.fieldIndex("message");
  private static final int REASONS_SHOWN = 3;

  /** So many questions show whether an endpoint works at all. */
  private static final long ENOUGH = 64;

  private final double limit;
  private final Map<String, Long> byKind = new TreeMap<>();
  private final Map<String, String> examples = new TreeMap<>();
  private long asked;

  EndpointFailures(double limit) {
    this.limit = limit;
  }

  void count(List<Row> replies) {
    for (Row reply : replies) {
      asked++;
      String failure = reply.getString(FAILURE);
      if (failure != null && !FailureKind.of(failure).isComplete()) {
        byKind.merge(failure, 1L, Long::sum);
        examples.putIfAbsent(failure, reply.getString(MESSAGE));
      }
    }
  }

  long asked() {
    return asked;
  }

  /**
   * @param last whether no more replies will come
   * @throws UserError if the share of failures is above the limit
   */
  void require(boolean last) {
    long failed = byKind.values().stream().mapToLong(Long::longValue).sum();
    if (failed > limit * asked && (last || asked >= ENOUGH)) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "Asking the model stopped: %d of %d questions got no answer from the endpoint, the limit"
                  + " is %.1f %% (max_failed_share). Commonest: %s. Every reply is in table"
                  + " model_replies. Mend the endpoint or its settings, or raise the limit, and"
                  + " run the same command again: only questions without an answer are asked.",
              failed,
              asked,
              100 * limit,
              commonest()));
    }
  }

  private String commonest() {
    return byKind.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(REASONS_SHOWN)
        .map(e -> "%s %d (%s)".formatted(e.getKey(), e.getValue(), examples.get(e.getKey())))
        .collect(Collectors.joining(", "));
  }
}
