package dev.weft.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadedSelectorServer;
import org.apache.thrift.transport.TNonblockingServerSocket;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * Apache Thrift: framed, binary protocol, the non-blocking server with selector threads, handlers
 * on its worker threads. A Thrift connection carries one call at a time, so the client is a pool of
 * at most {@link #CONNECTIONS_MAX} blocking ones. A call that nobody waits for waits on a virtual
 * thread of its own.
 */
record ThriftPeer() implements Peer {

  private static final int CONNECTIONS_MAX = 128;
  private static final int MESSAGE_BYTES_MAX = 32 << 20;
  private static final int TIMEOUT_MILLIS = 60_000;

  @Override
  public String name() {
    return "thrift";
  }

  @Override
  public Server serve() throws TTransportException {
    TNonblockingServerSocket socket =
        new TNonblockingServerSocket(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0, MESSAGE_BYTES_MAX);
    TThreadedSelectorServer.Args settings =
        new TThreadedSelectorServer.Args(socket)
            .selectorThreads(2)
            .workerThreads(4)
            .protocolFactory(new TBinaryProtocol.Factory())
            .processor(new ThriftEcho.Processor());
    settings.maxReadBufferBytes = 1L << 30;
    TServer server = new TThreadedSelectorServer(settings);
    Thread.ofPlatform().daemon().name("thrift-server").start(server::serve);
    return new ThriftServer(server, socket.getPort());
  }

  @Override
  public Client connect(String address) {
    return new Pool(Integer.parseInt(address));
  }

  private record ThriftServer(TServer server, int port) implements Server {

    @Override
    public String address() {
      return Integer.toString(port);
    }

    @Override
    public void close() {
      server.stop();
    }
  }

  /** One connection and its stub. */
  private record Link(TTransport transport, ThriftEcho.Client stub) {}

  private interface Use<T> {
    T with(ThriftEcho.Client stub) throws TException;
  }

  private static final class Pool implements Client {

    private final int port;
    private final Semaphore permits = new Semaphore(CONNECTIONS_MAX);
    private final Deque<Link> idle = new ConcurrentLinkedDeque<>();

    Pool(int port) {
      this.port = port;
    }

    @Override
    public int call(int number) throws Exception {
      return use(stub -> stub.echo(number));
    }

    @Override
    public void callAsync(int number, Completion completion) {
      Thread.ofVirtual()
          .start(() -> {
            int answer;
            try {
              answer = call(number);
            } catch (Exception e) {
              completion.failed(e);
              return;
            }
            completion.completed(answer);
          });
    }

    @Override
    public void send(int number) throws Exception {
      use(stub -> {
        stub.send(number);
        return number;
      });
    }

    @Override
    public ByteBuffer echo(byte[] payload) throws Exception {
      return use(stub -> stub.echoBytes(payload));
    }

    private <T> T use(Use<T> use) throws Exception {
      permits.acquire();
      try {
        Link link = idle.poll();
        if (link == null) {
          link = open();
        }
        T result = use.with(link.stub());
        idle.push(link);
        return result;
      } finally {
        permits.release();
      }
    }

    private Link open() throws TTransportException {
      TConfiguration limits =
          new TConfiguration(
              MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX, TConfiguration.DEFAULT_RECURSION_DEPTH);
      TTransport transport =
          new TFramedTransport(
              new TSocket(limits, "127.0.0.1", port, TIMEOUT_MILLIS), MESSAGE_BYTES_MAX);
      transport.open();
      return new Link(transport, new ThriftEcho.Client(new TBinaryProtocol(transport)));
    }

    @Override
    public void close() {
      for (Link link = idle.poll(); link != null; link = idle.poll()) {
        link.transport().close();
      }
    }
  }
}
