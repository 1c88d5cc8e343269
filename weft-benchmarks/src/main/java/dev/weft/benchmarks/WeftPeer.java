package dev.weft.benchmarks;

import dev.weft.Batch;
import dev.weft.Execution;
import dev.weft.OneWay;
import dev.weft.RpcClient;
import dev.weft.RpcServer;
import dev.weft.Stats;
import dev.weft.Tls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Weft through its public API; what a peer does not set stands at its default.
 *
 * @param name what the race calls it
 * @param execution where the handlers run
 * @param listen where a server is to listen, such as {@code tcp://127.0.0.1:0}
 * @param serverSettings set on the server
 * @param clientSettings set on the client
 */
record WeftPeer(
    String name,
    Execution execution,
    Supplier<String> listen,
    UnaryOperator<RpcServer.Builder> serverSettings,
    UnaryOperator<RpcClient.Builder> clientSettings)
    implements Peer {

  /** Over TCP, compressed or, as the other peers, not. */
  static WeftPeer overTcp(String name, Execution execution, boolean compressed) {
    return new WeftPeer(
        name,
        execution,
        () -> "tcp://127.0.0.1:0",
        UnaryOperator.identity(),
        client -> client.compression(compressed));
  }

  /** Over TCP, not compressed; readers sleep whenever there is nothing to read. */
  static WeftPeer sleeping(String name, Execution execution) {
    return new WeftPeer(
        name,
        execution,
        () -> "tcp://127.0.0.1:0",
        server -> server.spinning(false),
        client -> client.compression(false).spinning(false));
  }

  /** Over TCP, not compressed, with a codec written by hand for the small record. */
  static WeftPeer withOwnCodec(String name, Execution execution) {
    return new WeftPeer(
        name,
        execution,
        () -> "tcp://127.0.0.1:0",
        server -> server.codec(new SmallCodec()),
        client -> client.compression(false).codec(new SmallCodec()));
  }

  /** Over TLS, not compressed. */
  static WeftPeer overTls(String name, Execution execution) {
    RaceCertificate certificate = RaceCertificate.ofTheRace();
    return new WeftPeer(
        name,
        execution,
        () -> "tls://127.0.0.1:0",
        server -> server.tls(Tls.certificate(certificate.chain(), certificate.key())),
        client -> client.compression(false).tls(Tls.trust(certificate.authority())));
  }

  /** Over a unix socket. */
  static WeftPeer overUnix(String name, Execution execution) {
    return new WeftPeer(
        name,
        execution,
        () ->
            "unix:"
                + System.getProperty("java.io.tmpdir")
                + "/weft-race-"
                + ProcessHandle.current().pid()
                + ".socket",
        UnaryOperator.identity(),
        UnaryOperator.identity());
  }

  /** The service, as a user would declare it. */
  interface Echo {

    Small echo(Small request);

    CompletableFuture<Small> echoAsync(Small request);

    @OneWay
    void send(Small message);

    byte[] echoBytes(byte[] request);
  }

  @Override
  public Server serve() {
    RpcServer.Builder builder = serverSettings.apply(RpcServer.builder());
    return new WeftServer(
        builder.service(Echo.class, new EchoService(), execution).listen(listen.get()).start());
  }

  @Override
  public Client connect(String address) {
    RpcClient client = clientSettings.apply(RpcClient.builder()).connect(address);
    return new WeftClient(client, client.service(Echo.class));
  }

  private static Traffic traffic(Stats stats) {
    return new Traffic(stats.reads(), stats.writes(), stats.bytesWritten());
  }

  private record EchoService() implements Echo {

    @Override
    public Small echo(Small request) {
      return request;
    }

    @Override
    public CompletableFuture<Small> echoAsync(Small request) {
      return CompletableFuture.completedFuture(request);
    }

    @Override
    public void send(Small message) {}

    @Override
    public byte[] echoBytes(byte[] request) {
      return request;
    }
  }

  private record WeftServer(RpcServer server) implements Server {

    @Override
    public String address() {
      return server.address();
    }

    @Override
    public Traffic traffic() {
      return WeftPeer.traffic(server.stats());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private record WeftClient(RpcClient client, Echo echo) implements Client {

    @Override
    public int call(int number) {
      return read(echo.echo(Small.of(number)));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told, and does not throw
    public void callAsync(int number, Completion completion) {
      echo.echoAsync(Small.of(number))
          .whenComplete((answer, failure) -> {
            if (failure == null) {
              complete(answer, completion);
            } else {
              completion.failed(failure);
            }
          });
    }

    @Override
    public void send(int number) {
      echo.send(Small.of(number));
    }

    @Override
    public void callBatch(int number, int calls) {
      Batch batch = client.batch();
      List<CompletableFuture<Small>> answers = new ArrayList<>(calls);
      for (int i = number; i < number + calls; i++) {
        Small request = Small.of(i);
        answers.add(batch.add(echo, service -> service.echo(request)));
      }
      batch.call();
      for (int i = 0; i < calls; i++) {
        Turn.checkAnswer(read(answers.get(i).join()), number + i);
      }
    }

    @Override
    public ByteBuffer echo(byte[] payload) {
      return ByteBuffer.wrap(echo.echoBytes(payload));
    }

    @Override
    public Traffic traffic() {
      return WeftPeer.traffic(client.stats());
    }

    private static void complete(Small answer, Completion completion) {
      int number;
      try {
        number = read(answer);
      } catch (RuntimeException e) {
        completion.failed(e);
        return;
      }
      completion.completed(number);
    }

    private static int read(Small answer) {
      int size = answer.numbers().size();
      return Small.read(answer.number(), answer.text(), size, answer.numbers().get(size - 1));
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
