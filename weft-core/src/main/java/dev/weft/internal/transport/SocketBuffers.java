package dev.weft.internal.transport;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/**
 * How much the system may keep of what a socket sends and receives.
 *
 * @param sendBytes SO_SNDBUF; 0: as the system finds good
 * @param receiveBytes SO_RCVBUF; 0: as the system finds good
 */
public record SocketBuffers(int sendBytes, int receiveBytes) {

  /** As the system finds good. */
  public static final SocketBuffers OF_THE_SYSTEM = new SocketBuffers(0, 0);

  /** With another size for what is sent. */
  public SocketBuffers withSendBytes(int bytes) {
    return new SocketBuffers(bytes, receiveBytes);
  }

  /** With another size for what is received. */
  public SocketBuffers withReceiveBytes(int bytes) {
    return new SocketBuffers(sendBytes, bytes);
  }

  /** Before it connects: with the first packet, TCP says how much it will ever take at once. */
  void applyTo(NetworkChannel socket) throws IOException {
    set(socket, StandardSocketOptions.SO_SNDBUF, sendBytes);
    applyToListener(socket);
  }

  /** Before it is bound: the sockets that it accepts inherit it. */
  void applyToListener(NetworkChannel server) throws IOException {
    set(server, StandardSocketOptions.SO_RCVBUF, receiveBytes);
  }

  private static void set(NetworkChannel socket, SocketOption<Integer> option, int bytes)
      throws IOException {
    if (bytes > 0 && socket.supportedOptions().contains(option)) {
      socket.setOption(option, bytes);
    }
  }
}
