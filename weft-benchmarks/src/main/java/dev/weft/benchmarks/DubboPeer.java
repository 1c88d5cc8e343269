package dev.weft.benchmarks;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.rpc.model.ApplicationModel;
import org.apache.dubbo.rpc.model.FrameworkModel;
import org.apache.dubbo.rpc.model.ModuleModel;

/**
 * Dubbo 3 with its dubbo protocol over Netty, one connection, no registry, its default
 * serialization and thread pools.
 */
record DubboPeer() implements Peer {

  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int PAYLOAD_BYTES_MAX = 32 << 20;

  static {
    // Else it prints that it looks for a logger.
    System.setProperty("dubbo.application.logger", "slf4j");
  }

  /** The service, as a user would declare it. */
  public interface Echo {

    /** Its argument. */
    SmallBean echo(SmallBean request);

    /** Its argument, some time. */
    CompletableFuture<SmallBean> echoAsync(SmallBean request);

    /** Nothing; called without waiting. */
    void send(SmallBean message);

    /** Its argument. */
    byte[] echoBytes(byte[] request);
  }

  @Override
  public String name() {
    return "dubbo";
  }

  /** Each client is a framework with threads of its own: a thousand would measure those. */
  @Override
  public boolean supports(Case load) {
    return load.kind() != Case.Kind.CONNECTIONS;
  }

  @Override
  public Server serve() {
    FrameworkModel framework = new FrameworkModel();
    ServiceConfig<Echo> service = new ServiceConfig<>(module(framework, "weft-race-server"));
    int port = FreePort.find();
    ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
    protocol.setHost("127.0.0.1");
    protocol.setPayload(PAYLOAD_BYTES_MAX);
    service.setRegistry(new RegistryConfig("N/A"));
    service.setProtocol(protocol);
    service.setInterface(Echo.class);
    service.setRef(new EchoService());
    service.export();
    return new DubboServer(framework, "dubbo://127.0.0.1:" + port);
  }

  @Override
  public Client connect(String address) {
    FrameworkModel framework = new FrameworkModel();
    MethodConfig send = new MethodConfig();
    send.setName("send");
    send.setReturn(false);
    ReferenceConfig<Echo> reference = new ReferenceConfig<>(module(framework, "weft-race-client"));
    reference.setRegistry(new RegistryConfig("N/A"));
    reference.setInterface(Echo.class);
    reference.setUrl(address + "/" + Echo.class.getName() + "?payload=" + PAYLOAD_BYTES_MAX);
    reference.setScope("remote");
    reference.setTimeout(TIMEOUT_MILLIS);
    reference.setRetries(0);
    reference.setCheck(true);
    reference.setMethods(List.of(send));
    return new DubboClient(framework, reference.get());
  }

  private static ModuleModel module(FrameworkModel framework, String name) {
    ApplicationConfig application = new ApplicationConfig(name);
    application.setQosEnable(false);
    ApplicationModel model = framework.newApplication();
    model.getApplicationConfigManager().setApplication(application);
    return model.newModule();
  }

  /** Public, for Dubbo's generated code. */
  public static final class EchoService implements Echo {

    /** Nothing to set. */
    public EchoService() {}

    @Override
    public SmallBean echo(SmallBean request) {
      return request;
    }

    @Override
    public CompletableFuture<SmallBean> echoAsync(SmallBean request) {
      return CompletableFuture.completedFuture(request);
    }

    @Override
    public void send(SmallBean message) {}

    @Override
    public byte[] echoBytes(byte[] request) {
      return request;
    }
  }

  private record DubboServer(FrameworkModel framework, String address) implements Server {

    @Override
    public void close() {
      framework.destroy();
    }
  }

  private record DubboClient(FrameworkModel framework, Echo echo) implements Client {

    @Override
    public int call(int number) {
      return echo.echo(SmallBean.of(number)).read();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the completion is told, and does not throw
    public void callAsync(int number, Completion completion) {
      echo.echoAsync(SmallBean.of(number))
          .thenApply(SmallBean::read)
          .whenComplete((answer, failure) -> {
            if (failure == null) {
              completion.completed(answer);
            } else {
              completion.failed(failure);
            }
          });
    }

    @Override
    public void send(int number) {
      echo.send(SmallBean.of(number));
    }

    @Override
    public ByteBuffer echo(byte[] payload) {
      return ByteBuffer.wrap(echo.echoBytes(payload));
    }

    @Override
    public void close() {
      framework.destroy();
    }
  }
}
