package dev.weft.benchmarks;

import dev.weft.Execution;
import dev.weft.RpcClient;
import dev.weft.RpcServer;
import java.util.concurrent.CompletableFuture;

/**
 * Weft through its public API, with every setting but compression at its default.
 *
 * @param name what the race calls it
 * @param execution where the handlers run
 * @param compression whether calls are compressed, as they are by default; the other peers do not
 */
record WeftPeer(String name, Execution execution, boolean compression) implements Peer {

  /** The service, as a user would declare it. */
  interface Echo {

    Small echo(Small request);

    CompletableFuture<Small> echoAsync(Small request);
  }

  @Override
  public Server serve() {
    return new WeftServer(
        RpcServer.builder()
            .service(Echo.class, new EchoService(), execution)
            .listen("tcp://127.0.0.1:0")
            .start());
  }

  @Override
  public Client connect(String address) {
    RpcClient client = RpcClient.builder().compression(compression).connect(address);
    return new WeftClient(client, client.service(Echo.class));
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
  }

  private record WeftServer(RpcServer server) implements Server {

    @Override
    public String address() {
      return server.address();
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
