package dev.tandem.bench.overlap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A chat server on this machine that approves of every image after a while, and computes nothing:
 * what a judge on another machine costs the one that asks it. An endpoint is {@code
 * /<nanoseconds>/<at once>/v1}: it works on so many requests at the same time, so long on each, and
 * the others wait.
 */
final class SlowJudge {
  private static final byte[] REPLY =
      """
      {"choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": "{\\"correct\\": 1}"}}]}
      """
          .getBytes(StandardCharsets.UTF_8);

  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(1);
  private final Map<String, Places> endpoints = new ConcurrentHashMap<>();

  private SlowJudge() {}

  /** Prints its port, and ends when its input does. */
  public static void main(String[] args) throws IOException {
    // Else header and body go out apart, and the second waits 40 ms for the first to be
    // acknowledged.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    SlowJudge judge = new SlowJudge();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", judge::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    System.out.println(server.getAddress().getPort());
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  /** When an endpoint will be done with what it works on. */
  private static final class Places {
    private final long nanos;
    private final PriorityQueue<Long> freeFrom = new PriorityQueue<>();

    Places(String path) {
      String[] parts = path.split("/");
      nanos = Long.parseLong(parts[1]);
      for (int i = 0; i < Integer.parseInt(parts[2]); i++) {
        freeFrom.add(System.nanoTime());
      }
    }

    /** Takes the place that is free first; in how many nanoseconds the answer is ready. */
    synchronized long take() {
      long now = System.nanoTime();
      long ready = Math.max(now, freeFrom.remove()) + nanos;
      freeFrom.add(ready);
      return ready - now;
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    Places places = endpoints.computeIfAbsent(exchange.getRequestURI().getPath(), Places::new);
    later.schedule(() -> approve(exchange), places.take(), TimeUnit.NANOSECONDS);
  }

  private static void approve(HttpExchange exchange) {
    try (exchange) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, REPLY.length);
      exchange.getResponseBody().write(REPLY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
