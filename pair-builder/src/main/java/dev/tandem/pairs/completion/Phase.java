package dev.tandem.pairs.completion;

import dev.tandem.frozen.chat.PromptTemplate;
import java.util.HashMap;
import java.util.Map;

/** The two calls of a round. */
enum Phase {
  /** A draft of the new half is asked for. */
  WRITE {
    @Override
    String label() {
      return "writing";
    }

    @Override
    PromptTemplate template(SampleState sample) {
      return sample.half().writer();
    }

    @Override
    Map<String, String> values(SampleState sample) {
      Map<String, String> values = new HashMap<>(sample.half().given(sample));
      values.put("objections", sample.objectionText());
      return values;
    }

    @Override
    SampleState settle(SampleState sample, SampleState.Reply reply) {
      return sample.written(reply);
    }
  },
  /** The draft is held against the half that was given, and the image. */
  CHECK {
    @Override
    String label() {
      return "checking";
    }

    @Override
    PromptTemplate template(SampleState sample) {
      return sample.half().checker();
    }

    @Override
    Map<String, String> values(SampleState sample) {
      String draft = String.valueOf(sample.draft());
      return sample.half().drafted(sample, NewHalf.parse(draft));
    }

    @Override
    SampleState settle(SampleState sample, SampleState.Reply reply) {
      return sample.checked(reply);
    }
  };

  /** What is done, as people are told. */
  abstract String label();

  abstract PromptTemplate template(SampleState sample);

  abstract Map<String, String> values(SampleState sample);

  abstract SampleState settle(SampleState sample, SampleState.Reply reply);

  /** What the model is asked. */
  String text(SampleState sample) {
    return template(sample).render(values(sample));
  }
}
