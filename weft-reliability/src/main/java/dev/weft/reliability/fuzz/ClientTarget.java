package dev.weft.reliability.fuzz;

import dev.weft.CallOptions;
import dev.weft.RpcClient;
import dev.weft.RpcException;
import dev.weft.RpcFunction;
import dev.weft.internal.connection.Compressions;
import dev.weft.internal.connection.Connection;
import dev.weft.internal.connection.SystemTime;
import dev.weft.internal.wire.Hello;
import dev.weft.internal.wire.WireException;
import dev.weft.reliability.wire.WireBytes;
import dev.weft.testing.ManualTime;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A whole client with some open calls, and all that its server says from its first byte on. Each
 * call must end once the client is closed, with a result of its type or a failure of Weft's; what
 * the client has sent must be as the protocol says.
 */
final class ClientTarget implements FuzzTarget {

  private static final int MESSAGE_BYTES_MAX = 256 * 1024;
  private static final long PATIENCE_SECONDS = 5;
  private static final int CALLS = 4;

  @Override
  public String name() {
    return "client";
  }

  @Override
  public void run(byte[] input) throws Exception {
    ScriptedTransport transport = new ScriptedTransport();
    // The calls are answered after they were made: the client's hello, then at least a block.
    ScriptedChannel channel = new ScriptedChannel(input, helloBytes(input), 2);
    transport.add(channel);
    List<CompletableFuture<?>> calls = new ArrayList<>();
    try (RpcClient client =
        RpcClient.builder()
            .transport(transport)
            .compression(false)
            .messageBytesMax(MESSAGE_BYTES_MAX)
            .time(new ManualTime())
            .connect("script:server")) {
      RpcFunction<String, String> threads = client.function("threads", String.class, String.class);
      FuzzedService service = client.service(FuzzedService.class);
      for (int i = 0; i < CALLS; i++) {
        calls.add(threads.callAsync("call " + i));
        calls.add(service.later(i));
      }
      RpcFunction<String, String> impatient =
          client.function(
              "threads", String.class, String.class, CallOptions.DEFAULT.withFailFast());
      CompletableFuture<?> cancelled = impatient.callAsync("cancelled");
      cancelled.cancel(true);
      calls.add(cancelled);
      if (!channel.awaitClosed(PATIENCE_SECONDS)) {
        throw new Finding("the connection has not ended after its server has left");
      }
    }
    for (CompletableFuture<?> call : calls) {
      check(call);
    }
    checkRequests(channel.written());
  }

  /** How long the hello is that the input begins with; 0: there is none. */
  private static int helloBytes(byte[] input) {
    ByteBuffer bytes = ByteBuffer.wrap(input);
    try {
      return Hello.decode(bytes) == null ? 0 : bytes.position();
    } catch (WireException e) {
      return 0;
    }
  }

  private static void check(CompletableFuture<?> call) throws Exception {
    try {
      Object result = call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (result != null && !(result instanceof String) && !(result instanceof Long)) {
        throw new Finding("a call ends with a " + result.getClass());
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RpcException)) {
        throw new Finding("a call ends with " + e.getCause(), e);
      }
    } catch (TimeoutException e) {
      throw new Finding("a call has not ended with its client");
    } catch (CancellationException e) {
      // By this target itself.
    }
  }

  /** What the client says, a server must be able to read. */
  private static void checkRequests(byte[] said) {
    if (said.length == 0) {
      return;
    }
    Throwable reason =
        new Connection(new ScriptedChannel(said), SystemTime.INSTANCE, Compressions.NONE)
            .runServer(
                new CheckedFrames(true, MESSAGE_BYTES_MAX),
                new Hello("fory-1", MESSAGE_BYTES_MAX, null),
                Duration.ofMinutes(1).toNanos());
    if (!(reason instanceof EOFException)) {
      throw new Finding("the client's requests end with " + reason, reason);
    }
  }

  @Override
  public long allocatedBytesMax(int inputBytes) {
    return 16 * 1024 * 1024 + 4096L * inputBytes;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(RecordedTalk.plain().said(false));
    byte[] hello = WireBytes.hello("fory-1", "");
    for (byte[] frames : RecordedTalk.plain().frames(false)) {
      seeds.add(new WireBytes().bytes(hello).bytes(WireBytes.block(frames)).toByteArray());
    }
    // An error for each of the first calls, of each code.
    for (int code = 1; code <= 11; code++) {
      WireBytes errors = new WireBytes();
      for (int id = 0; id < 2 * CALLS; id++) {
        byte[] body =
            new WireBytes().varint(id).write(code).write(id % 3).text("T").text("m").toByteArray();
        errors.frame(WireBytes.ERROR, body);
      }
      byte[] block = WireBytes.block(errors.toByteArray());
      seeds.add(new WireBytes().bytes(hello).bytes(block).toByteArray());
    }
    seeds.add(
        new WireBytes()
            .bytes(hello)
            .bytes(
                WireBytes.block(
                    new WireBytes()
                        .frame(WireBytes.GO_AWAY, new WireBytes().text("bye").toByteArray())
                        .toByteArray()))
            .toByteArray());
    return seeds;
  }
}
