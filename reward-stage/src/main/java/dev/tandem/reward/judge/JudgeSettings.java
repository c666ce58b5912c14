package dev.tandem.reward.judge;

import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.PromptTemplate;
import java.io.Serializable;

/**
 * A vision-language model that judges images.
 *
 * @param endpoint where it is
 * @param checklist the wording of {@code vlm_judge}
 * @param questions the wording of {@code vlm_questions}
 * @param questionLines the wording of {@code vlm_question_lines}
 */
public record JudgeSettings(
    ChatSettings endpoint,
    PromptTemplate checklist,
    PromptTemplate questions,
    PromptTemplate questionLines)
    implements Serializable {}
