package dev.weft.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people do without RPC: the JDK's HTTP server and client, HTTP/1.1 with connections that are
 * kept, bodies in JSON by Jackson; bytes are sent as they are. Handlers run on virtual threads.
 *
 * <p>HTTP/1.1 has one call at a time on a connection, so there are as many connections as callers.
 */
record HttpJsonPeer() implements Peer {

  private static final int CALLERS_MAX = 1000;

  static {
    // Else a small answer waits 40 ms for an acknowledgement, and only 200 connections are kept.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "4000");
    System.setProperty("jdk.httpclient.connectionPoolSize", "4000");
  }

  @Override
  public String name() {
    return "http-json";
  }

  @Override
  public boolean supports(Case load) {
    return switch (load.kind()) {
      case ONEWAY, CONNECTIONS, RATE -> false;
      case BYTES -> load.size() < 1 << 20 || load.callers() <= CALLERS_MAX;
      default -> load.callers() <= CALLERS_MAX;
    };
  }

  @Override
  public Server serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2048);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    JsonMapper mapper = JsonMapper.shared();
    server.createContext(
        "/echo",
        exchange -> {
          Small request = mapper.readValue(read(exchange), Small.class);
          answer(exchange, mapper.writeValueAsBytes(request));
        });
    server.createContext("/bytes", exchange -> answer(exchange, read(exchange)));
    server.setExecutor(threads);
    server.start();
    return new JsonServer(server, threads);
  }

  private static byte[] read(HttpExchange exchange) throws IOException {
    try (InputStream body = exchange.getRequestBody()) {
      return body.readAllBytes();
    }
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public Client connect(String address) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new JsonClient(
        client,
        HttpRequest.newBuilder(URI.create(address + "/echo"))
            .header("Content-Type", "application/json"),
        HttpRequest.newBuilder(URI.create(address + "/bytes")),
        JsonMapper.shared());
  }

  private record JsonServer(HttpServer server, ExecutorService threads) implements Server {

    @Override
    public String address() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private record JsonClient(
      HttpClient client, HttpRequest.Builder small, HttpRequest.Builder bytes, JsonMapper mapper)
      implements Client {

    @Override
    public int call(int number) throws Exception {
      return read(client.send(request(number), BodyHandlers.ofByteArray()));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told, and does not throw
    public void callAsync(int number, Completion completion) {
      client
          .sendAsync(request(number), BodyHandlers.ofByteArray())
          .thenApply(this::read)
          .whenComplete((answer, failure) -> {
            if (failure == null) {
              completion.completed(answer);
            } else {
              completion.failed(failure);
            }
          });
    }

    @Override
    public ByteBuffer echo(byte[] payload) throws Exception {
      HttpRequest request = bytes.copy().POST(BodyPublishers.ofByteArray(payload)).build();
      return ByteBuffer.wrap(body(client.send(request, BodyHandlers.ofByteArray())));
    }

    private HttpRequest request(int number) {
      byte[] body = mapper.writeValueAsBytes(Small.of(number));
      return small.copy().POST(BodyPublishers.ofByteArray(body)).build();
    }

    private int read(HttpResponse<byte[]> response) {
      Small answer = mapper.readValue(body(response), Small.class);
      int size = answer.numbers().size();
      return Small.read(answer.number(), answer.text(), size, answer.numbers().get(size - 1));
    }

    private static byte[] body(HttpResponse<byte[]> response) {
      if (response.statusCode() != 200) {
        throw new IllegalStateException("status " + response.statusCode());
      }
      return response.body();
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }
}
