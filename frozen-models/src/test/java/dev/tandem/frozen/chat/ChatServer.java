package dev.tandem.frozen.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * An endpoint on this machine that answers chat completions as a test tells it, badly too. Over
 * plain sockets, because a server's library would not cut a connection or drip a reply.
 */
public final class ChatServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerSocket socket;
  private final Function<Request, Reaction> script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** A request as it came. */
  public record Request(int number, Map<String, String> headers, JsonNode body) {
    /** The text of the question. */
    public String text() {
      return body.at("/messages/1/content/0/text").asText();
    }

    /** The template's name. */
    public String kind() {
      return body.at("/response_format/json_schema/name").asText();
    }
  }

  /** What the server does with a request. */
  public interface Reaction {
    void play(ChatServer server, Socket client) throws IOException, InterruptedException;
  }

  private ChatServer(ServerSocket socket, Function<Request, Reaction> script) {
    this.socket = socket;
    this.script = script;
  }

  /** Starts a server; the script chooses a reaction for each request, numbered from 1. */
  public static ChatServer start(Function<Request, Reaction> script) {
    try {
      ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
      ChatServer server = new ChatServer(socket, script);
      daemon(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address to configure. */
  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** All requests so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Most requests that were under way at the same time. */
  public int mostUnderWay() {
    return mostUnderWay.get();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
  }

  /** A chat completion with this content. */
  public static Reaction answer(String content) {
    ObjectNode completion = JSON.createObjectNode();
    ObjectNode choice = completion.putArray("choices").addObject().put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", content);
    return status(200, "", completion.toString());
  }

  /** Any reply; header lines end with CRLF. */
  public static Reaction status(int status, String headers, String body) {
    return (server, client) -> client.getOutputStream().write(reply(status, headers, body));
  }

  /** The reaction after a while. */
  public static Reaction slow(long millis, Reaction then) {
    return (server, client) -> {
      Thread.sleep(millis);
      then.play(server, client);
    };
  }

  /** No byte of a reply. */
  public static Reaction hang() {
    return (server, client) -> server.closed.await();
  }

  /** Headers at once, then a byte now and then without an end. */
  public static Reaction drip() {
    return (server, client) -> {
      client.getOutputStream().write(head(200, "", 1_000_000).getBytes(StandardCharsets.UTF_8));
      while (server.closed.getCount() > 0) {
        client.getOutputStream().write(' ');
        Thread.sleep(20);
      }
    };
  }

  /** Half a reply, then the connection is closed. */
  public static Reaction cut() {
    return (server, client) ->
        client
            .getOutputStream()
            .write((head(200, "", 500) + "{\"choices\":").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] reply(int status, String headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    byte[] head = head(status, headers, bytes.length).getBytes(StandardCharsets.UTF_8);
    byte[] whole = java.util.Arrays.copyOf(head, head.length + bytes.length);
    System.arraycopy(bytes, 0, whole, head.length, bytes.length);
    return whole;
  }

  private static String head(int status, String headers, int length) {
    return "HTTP/1.1 %d Said\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
        .formatted(status, length, headers);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        daemon(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Request request = read(new BufferedInputStream(client.getInputStream()));
      int now = underWay.incrementAndGet();
      mostUnderWay.accumulateAndGet(now, Math::max);
      Reaction reaction = script.apply(request);
      try {
        reaction.play(this, client);
      } finally {
        underWay.decrementAndGet();
        client.shutdownOutput();
      }
    } catch (IOException | InterruptedException e) {
      // The client went away.
    }
  }

  private synchronized Request remember(Map<String, String> headers, JsonNode body) {
    Request request = new Request(requests.size() + 1, headers, body);
    requests.add(request);
    return request;
  }

  private Request read(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    line(in); // POST /v1/chat/completions
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return remember(headers, JSON.readTree(body));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "chat-server");
    thread.setDaemon(true);
    thread.start();
  }
}
