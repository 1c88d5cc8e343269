package dev.weft.reliability.failure;

import dev.weft.CallOptions;
import dev.weft.Executed;
import dev.weft.RpcClient;
import dev.weft.RpcConnectionException;
import dev.weft.RpcFunction;
import dev.weft.spi.TransportChannel;
import java.io.FileInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client whose process has used up its file descriptors when its connection is lost. Prints how
 * long it took until it was back, and what was not as it should be; a line each.
 */
final class ExhaustedClientMain {

  static final String BACK = "back";

  private static final Duration LOSS_MAX = Duration.ofSeconds(1);

  private final AtomicReference<TransportChannel> channel = new AtomicReference<>();
  private final RpcClient client;
  private final RpcFunction<Task, Long> patient;

  private ExhaustedClientMain(String address) {
    client =
        RpcClient.builder()
            .onConnect(connected -> {
              channel.set(connected);
              return connected;
            })
            .connect(address);
    patient = client.function(TargetMain.INLINE_TASK, Task.class, Long.class);
  }

  /**
   * Runs it.
   *
   * @param args the server's address, and how often
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    ExhaustedClientMain main = new ExhaustedClientMain(args[0]);
    int rounds = Integer.parseInt(args[1]);
    main.patient.call(main.task());
    int before = Usage.openDescriptors();
    for (int round = 0; round < rounds; round++) {
      main.round();
    }
    if (Usage.openDescriptors() > before) {
      System.out.println("descriptors " + before + " > " + Usage.openDescriptors());
    }
    main.client.close();
  }

  /** Its number is not in the journals that others look at. */
  private Task task() {
    return Task.of(TargetMain.UNCOUNTED, 0);
  }

  private void round() throws IOException, InterruptedException {
    List<FileInputStream> taken = new ArrayList<>();
    try {
      useUp(taken);
      long attempts = client.stats().dialErrors();
      do {
        channel.get().close();
        useUp(taken); // the one that the connection had, before the client takes it for the next
      } while (!Patience.until(
          LOSS_MAX,
          () -> client.stats().connections() == 0 && client.stats().dialErrors() > attempts));
      expectClearError();
    } catch (IOException | InterruptedException e) {
      free(taken);
      throw e;
    }
    CompletableFuture<Long> waiting = patient.callAsync(task());
    long freed = System.nanoTime();
    free(taken);
    waiting.join();
    System.out.println(BACK + " " + (System.nanoTime() - freed));
  }

  private static void useUp(List<FileInputStream> taken) {
    try {
      while (true) {
        taken.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      // That was the last one.
    }
  }

  private static void free(List<FileInputStream> taken) throws IOException {
    for (FileInputStream each : taken) {
      each.close();
    }
  }

  private void expectClearError() {
    try {
      patient.withOptions(CallOptions.DEFAULT.withFailFast()).call(task());
      System.out.println("a call was answered without a connection");
    } catch (RpcConnectionException e) {
      if (e.executed() != Executed.NO
          || !String.valueOf(e.getMessage()).contains("cannot connect to tcp://")
          || !String.valueOf(e.getMessage()).contains("Too many open files")) {
        System.out.println("told " + e.executed() + " " + e.getMessage());
      }
    }
  }
}
