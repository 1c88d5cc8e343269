package dev.weft.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.Connection;
import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * sofa-bolt with its default serialization (Hessian), one connection; handlers run on the I/O
 * threads, which is its fastest for what never blocks.
 */
record BoltPeer() implements Peer {

  private static final int TIMEOUT_MILLIS = 30_000;

  /** Kept, for its level: else Hessian warns of classes of the JDK that it cannot look into. */
  private static final Logger HESSIAN = Logger.getLogger("com.caucho.hessian");

  static {
    HESSIAN.setLevel(Level.OFF);
    System.setProperty("sofa.middleware.log.disable", "true");
  }

  @Override
  public String name() {
    return "bolt";
  }

  /** Each client has threads of its own: a thousand would measure those. */
  @Override
  public boolean supports(Case load) {
    return load.kind() != Case.Kind.CONNECTIONS;
  }

  @Override
  public Server serve() {
    RpcServer server = new RpcServer("127.0.0.1", FreePort.find());
    server.registerUserProcessor(new Echo<>(SmallBean.class));
    server.registerUserProcessor(new Echo<>(byte[].class));
    server.startup();
    return new BoltServer(server);
  }

  @Override
  public Client connect(String address) throws RemotingException {
    RpcClient client = new RpcClient();
    client.startup();
    return new BoltClient(client, client.createStandaloneConnection(address, TIMEOUT_MILLIS));
  }

  private static final class Echo<T> extends SyncUserProcessor<T> {

    private final Class<T> type;

    Echo(Class<T> type) {
      this.type = type;
    }

    @Override
    public Object handleRequest(BizContext context, T request) {
      return request;
    }

    @Override
    public String interest() {
      return type.getName();
    }

    @Override
    public boolean processInIOThread() {
      return true;
    }
  }

  private record BoltServer(RpcServer server) implements Server {

    @Override
    public String address() {
      return "127.0.0.1:" + server.port();
    }

    @Override
    public void close() {
      server.shutdown();
    }
  }

  private record BoltClient(RpcClient client, Connection connection) implements Client {

    @Override
    public int call(int number) throws Exception {
      return read(client.invokeSync(connection, SmallBean.of(number), TIMEOUT_MILLIS));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      try {
        client.invokeWithCallback(
            connection, SmallBean.of(number), new Answer(completion), TIMEOUT_MILLIS);
      } catch (RemotingException e) {
        completion.failed(e);
      }
    }

    @Override
    public void send(int number) throws RemotingException {
      client.oneway(connection, SmallBean.of(number));
    }

    @Override
    public ByteBuffer echo(byte[] payload) throws Exception {
      return ByteBuffer.wrap((byte[]) client.invokeSync(connection, payload, TIMEOUT_MILLIS));
    }

    private static int read(Object answer) {
      return ((SmallBean) answer).read();
    }

    @Override
    public void close() {
      client.closeStandaloneConnection(connection);
      client.shutdown();
    }
  }

  private record Answer(Completion completion) implements InvokeCallback {

    @Override
    public void onResponse(Object answer) {
      int number;
      try {
        number = BoltClient.read(answer);
      } catch (RuntimeException e) {
        completion.failed(e);
        return;
      }
      completion.completed(number);
    }

    @Override
    public void onException(Throwable failure) {
      completion.failed(failure);
    }

    /** None: on the I/O thread. */
    @Override
    @SuppressWarnings("NullAway") // bolt says nothing of null, and asks for it
    public @Nullable Executor getExecutor() {
      return null;
    }
  }
}
