/** The API, the client, the server, the connection and the wire. */
@SuppressWarnings("module") // the one that the export names is built later
module dev.weft {
  // Who is at the other end of a unix socket.
  requires jdk.net;
  requires org.jctools.core.jdk11;
  // Annotations that the API shows, which nobody needs at run time.
  requires static transitive org.jspecify;

  exports dev.weft;
  exports dev.weft.spi;
  exports dev.weft.internal.transport to
      dev.weft.testing;

  uses dev.weft.spi.Codec;
  uses dev.weft.spi.Compression;
  uses dev.weft.spi.Transport;
}
