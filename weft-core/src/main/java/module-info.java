/** The API, the client, the server, the connection and the wire. */
module dev.weft {
  requires org.jctools.core.jdk11;
  // Annotations that the API shows, which nobody needs at run time.
  requires static transitive org.jspecify;

  exports dev.weft;
  exports dev.weft.spi;

  uses dev.weft.spi.Codec;
  uses dev.weft.spi.Compression;
  uses dev.weft.spi.Transport;
}
