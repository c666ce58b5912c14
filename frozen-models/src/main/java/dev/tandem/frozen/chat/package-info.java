/**
 * Questions to a model behind an OpenAI-compatible endpoint, answered as JSON that is checked
 * against a schema. {@link dev.tandem.frozen.chat.ChatClient} asks one question and knows retries
 * and time limits; {@link dev.tandem.frozen.chat.ChatBatch} asks many with a bounded number in
 * flight. No Spark here: {@link dev.tandem.frozen.chat.replies} brings both to its tasks and keeps
 * every reply.
 *
 * <p>The JDK's HTTP client is used and not {@code com.openai:openai-java}: that library is 73 MB
 * and brings Kotlin, OkHttp and Jackson modules newer than Spark's Jackson, which the build's
 * upper-bound rule refuses and executors would have to carry; and it retries inside, where the
 * number and kind of failed attempts, which are kept with every reply, do not come out.
 */
@NullMarked
package dev.tandem.frozen.chat;

import org.jspecify.annotations.NullMarked;
