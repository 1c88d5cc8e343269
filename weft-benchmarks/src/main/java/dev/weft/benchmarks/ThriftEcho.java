package dev.weft.benchmarks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.TProcessor;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;

/**
 * What Thrift's compiler, which is not published as an artifact, would make of
 *
 * <pre>
 *   struct Small { 1: i32 number, 2: string text, 3: list&lt;i32&gt; numbers }
 *   service Echo {
 *     Small echo(1: Small request);
 *     oneway void send(1: Small message);
 *     binary echoBytes(1: binary request);
 *   }
 * </pre>
 *
 * without the parts that nobody here uses. The same bytes go over the wire.
 */
final class ThriftEcho {

  private static final TStruct STRUCT = new TStruct("");
  private static final TField NUMBER = new TField("number", TType.I32, (short) 1);
  private static final TField TEXT = new TField("text", TType.STRING, (short) 2);
  private static final TField NUMBERS = new TField("numbers", TType.LIST, (short) 3);
  private static final short RESULT = 0;
  private static final short ARGUMENT = 1;

  private ThriftEcho() {}

  /** Of one connection. One thread at a time. */
  static final class Client {

    private final TProtocol protocol;
    private int sequence;

    Client(TProtocol protocol) {
      this.protocol = protocol;
    }

    /** Calls {@code echo}; the number that came back. */
    int echo(int number) throws TException {
      begin("echo", TMessageType.CALL);
      writeWrapped(protocol, ARGUMENT, Small.of(number));
      end();
      beginAnswer();
      Small answer = readWrapped(protocol);
      protocol.readMessageEnd();
      int size = answer.numbers().size();
      return Small.read(answer.number(), answer.text(), size, answer.numbers().get(size - 1));
    }

    /** Calls {@code send}. */
    void send(int number) throws TException {
      begin("send", TMessageType.ONEWAY);
      writeWrapped(protocol, ARGUMENT, Small.of(number));
      end();
    }

    /** Calls {@code echoBytes}. */
    ByteBuffer echoBytes(byte[] bytes) throws TException {
      begin("echoBytes", TMessageType.CALL);
      writeWrapped(protocol, ARGUMENT, ByteBuffer.wrap(bytes));
      end();
      beginAnswer();
      ByteBuffer answer = readWrappedBytes(protocol);
      protocol.readMessageEnd();
      return answer;
    }

    private void begin(String method, byte type) throws TException {
      protocol.writeMessageBegin(new TMessage(method, type, ++sequence));
    }

    private void end() throws TException {
      protocol.writeMessageEnd();
      protocol.getTransport().flush();
    }

    private void beginAnswer() throws TException {
      TMessage head = protocol.readMessageBegin();
      if (head.type == TMessageType.EXCEPTION) {
        TApplicationException failure = new TApplicationException();
        failure.read(protocol);
        throw failure;
      }
      if (head.seqid != sequence) {
        throw new TApplicationException(TApplicationException.BAD_SEQUENCE_ID, head.toString());
      }
    }
  }

  /** The server's side. */
  static final class Processor implements TProcessor {

    @Override
    public void process(TProtocol in, TProtocol out) throws TException {
      TMessage head = in.readMessageBegin();
      switch (head.name) {
        case "echo" -> {
          Small request = readWrapped(in);
          in.readMessageEnd();
          out.writeMessageBegin(new TMessage(head.name, TMessageType.REPLY, head.seqid));
          writeWrapped(out, RESULT, request);
          end(out);
        }
        case "send" -> {
          Small ignored = readWrapped(in);
          in.readMessageEnd();
        }
        case "echoBytes" -> {
          ByteBuffer request = readWrappedBytes(in);
          in.readMessageEnd();
          out.writeMessageBegin(new TMessage(head.name, TMessageType.REPLY, head.seqid));
          writeWrapped(out, RESULT, request);
          end(out);
        }
        default -> throw new TApplicationException(TApplicationException.UNKNOWN_METHOD, head.name);
      }
    }

    private static void end(TProtocol out) throws TException {
      out.writeMessageEnd();
      out.getTransport().flush();
    }
  }

  private static void writeWrapped(TProtocol out, short field, Small value) throws TException {
    out.writeStructBegin(STRUCT);
    out.writeFieldBegin(new TField("", TType.STRUCT, field));
    out.writeStructBegin(STRUCT);
    out.writeFieldBegin(NUMBER);
    out.writeI32(value.number());
    out.writeFieldEnd();
    out.writeFieldBegin(TEXT);
    out.writeString(value.text());
    out.writeFieldEnd();
    out.writeFieldBegin(NUMBERS);
    out.writeListBegin(new TList(TType.I32, value.numbers().size()));
    for (int number : value.numbers()) {
      out.writeI32(number);
    }
    out.writeListEnd();
    out.writeFieldEnd();
    out.writeFieldStop();
    out.writeStructEnd();
    out.writeFieldEnd();
    out.writeFieldStop();
    out.writeStructEnd();
  }

  private static void writeWrapped(TProtocol out, short field, ByteBuffer value) throws TException {
    out.writeStructBegin(STRUCT);
    out.writeFieldBegin(new TField("", TType.STRING, field));
    out.writeBinary(value);
    out.writeFieldEnd();
    out.writeFieldStop();
    out.writeStructEnd();
  }

  /** The only field of the arguments or the result. */
  private static Small readWrapped(TProtocol in) throws TException {
    in.readStructBegin();
    expect(in.readFieldBegin(), TType.STRUCT);
    Small value = readSmall(in);
    in.readFieldEnd();
    expect(in.readFieldBegin(), TType.STOP);
    in.readStructEnd();
    return value;
  }

  private static ByteBuffer readWrappedBytes(TProtocol in) throws TException {
    in.readStructBegin();
    expect(in.readFieldBegin(), TType.STRING);
    ByteBuffer value = in.readBinary();
    in.readFieldEnd();
    expect(in.readFieldBegin(), TType.STOP);
    in.readStructEnd();
    return value;
  }

  private static Small readSmall(TProtocol in) throws TException {
    int number = 0;
    String text = "";
    List<Integer> numbers = List.of();
    in.readStructBegin();
    for (TField field = in.readFieldBegin();
        field.type != TType.STOP;
        field = in.readFieldBegin()) {
      switch (field.id) {
        case 1 -> number = in.readI32();
        case 2 -> text = in.readString();
        case 3 -> numbers = readNumbers(in);
        default -> TProtocolUtil.skip(in, field.type);
      }
      in.readFieldEnd();
    }
    in.readStructEnd();
    return new Small(number, text, numbers);
  }

  private static List<Integer> readNumbers(TProtocol in) throws TException {
    TList head = in.readListBegin();
    List<Integer> numbers = new ArrayList<>(head.size);
    for (int i = 0; i < head.size; i++) {
      numbers.add(in.readI32());
    }
    in.readListEnd();
    return numbers;
  }

  private static void expect(TField field, byte type) throws TApplicationException {
    if (field.type != type) {
      throw new TApplicationException(
          TApplicationException.PROTOCOL_ERROR, "a field has type " + field.type);
    }
  }
}
