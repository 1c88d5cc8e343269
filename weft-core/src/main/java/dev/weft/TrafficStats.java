package dev.weft;

/**
 * What connections have carried.
 *
 * @param writes write system calls
 * @param bytesWritten bytes handed to the transport
 * @param rawBytesWritten what they would have been without compression
 * @param messagesWritten requests, responses and other messages written
 * @param writeErrors writes that failed
 * @param reads read system calls that brought something
 * @param bytesRead bytes taken from the transport
 * @param rawBytesRead what they would have been without compression
 * @param messagesRead messages read
 * @param readErrors reads that failed; the end of a connection is none
 */
public record TrafficStats(
    long writes,
    long bytesWritten,
    long rawBytesWritten,
    long messagesWritten,
    long writeErrors,
    long reads,
    long bytesRead,
    long rawBytesRead,
    long messagesRead,
    long readErrors) {

  /** What came after the earlier, of the same place. */
  TrafficStats since(TrafficStats earlier) {
    return new TrafficStats(
        writes - earlier.writes,
        bytesWritten - earlier.bytesWritten,
        rawBytesWritten - earlier.rawBytesWritten,
        messagesWritten - earlier.messagesWritten,
        writeErrors - earlier.writeErrors,
        reads - earlier.reads,
        bytesRead - earlier.bytesRead,
        rawBytesRead - earlier.rawBytesRead,
        messagesRead - earlier.messagesRead,
        readErrors - earlier.readErrors);
  }
}
