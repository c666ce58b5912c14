/**
 * The chat client on a cluster: {@link dev.tandem.frozen.chat.replies.ReplyStore} asks from inside
 * tasks and keeps every reply in the table {@code model_replies}.
 */
@NullMarked
package dev.tandem.frozen.chat.replies;

import org.jspecify.annotations.NullMarked;
