package dev.aligner.onnx.internal.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;

/**
 * A protobuf message that may be edited: a list of fields, each of which stays in its file until it
 * is asked for. What was not touched is written as it stands. A message inside is opened once, so
 * that every reader sees what another one edited. Methods throw {@link UncheckedIOException} if the
 * file cannot be read or is not in the wire format. Not thread-safe.
 */
final class Message {

  /** No name or text is longer; longer ones are weights by mistake. */
  private static final int MAX_TEXT = 1 << 16;

  private final List<Field> fields;

  private Message(List<Field> fields) {
    this.fields = fields;
  }

  /** Returns a message without fields. */
  static Message empty() {
    return new Message(new ArrayList<>());
  }

  /** Opens a whole file. */
  static Message open(FileBytes file) {
    return open(file, 0, file.size());
  }

  private static Message open(FileBytes file, long start, long end) {
    List<Field> fields = new ArrayList<>();
    WireReader reader = new WireReader(file, start, end);
    while (reader.hasMore()) {
      fields.add(reader.field());
    }
    return new Message(fields);
  }

  /** Returns all messages of a number. */
  List<Message> messages(int number) {
    List<Message> found = new ArrayList<>();
    ListIterator<Field> each = fields.listIterator();
    while (each.hasNext()) {
      Field field = each.next();
      if (field.number() == number) {
        Field.Nested nested =
            field instanceof Field.Nested known ? known : new Field.Nested(number, opened(field));
        each.set(nested);
        found.add(nested.message());
      }
    }
    return found;
  }

  private static Message opened(Field field) {
    Field.Stored stored = stored(field, Field.BYTES);
    return open(stored.file(), stored.value(), stored.end());
  }

  /** Returns the message of a number that stands at most once. */
  Optional<Message> message(int number) {
    List<Message> found = messages(number);
    if (found.size() > 1) {
      throw malformed("field " + number + " given twice");
    }
    return found.stream().findFirst();
  }

  /** Returns all texts of a number. */
  List<String> texts(int number) {
    List<String> found = new ArrayList<>();
    for (Field field : fields) {
      if (field.number() == number) {
        found.add(text(field));
      }
    }
    return found;
  }

  /** Returns the text of a number, the last one if there are several; empty if there is none. */
  String text(int number) {
    Optional<Field> field = last(number);
    return field.isPresent() ? text(field.get()) : "";
  }

  private static String text(Field field) {
    byte[] bytes;
    if (field instanceof Field.Bytes made) {
      bytes = made.bytes();
    } else {
      Field.Stored stored = stored(field, Field.BYTES);
      long length = stored.end() - stored.value();
      if (length > MAX_TEXT) {
        throw malformed("a name of " + length + " bytes");
      }
      bytes = new byte[(int) length];
      stored.file().copy(stored.value(), bytes.length, bytes, 0);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the integer of a number, the last one if there are several; 0 if there is none. */
  long integer(int number) {
    return last(number).map(Message::integer).orElse(0L);
  }

  private static long integer(Field field) {
    if (field instanceof Field.Varint made) {
      return made.value();
    }
    Field.Stored stored = stored(field, Field.VARINT);
    return new WireReader(stored.file(), stored.value(), stored.end()).varint();
  }

  /** Returns all integers of a number, packed or not. */
  List<Long> integers(int number) {
    List<Long> found = new ArrayList<>();
    for (Field field : fields) {
      if (field.number() != number) {
        continue;
      }
      if (field instanceof Field.Stored packed && packed.type() == Field.BYTES) {
        WireReader reader = new WireReader(packed.file(), packed.value(), packed.end());
        while (reader.hasMore()) {
          found.add(reader.varint());
        }
      } else {
        found.add(integer(field));
      }
    }
    return found;
  }

  /** Tells whether a field of a number is there. */
  boolean has(int number) {
    return last(number).isPresent();
  }

  /** Returns the last field of a number that is still in the file. */
  Optional<Field.Stored> stored(int number) {
    return last(number).filter(Field.Stored.class::isInstance).map(Field.Stored.class::cast);
  }

  private Optional<Field> last(int number) {
    return fields.stream().filter(field -> field.number() == number).reduce((a, b) -> b);
  }

  /** Appends a message. */
  Message put(int number, Message message) {
    fields.add(new Field.Nested(number, message));
    return this;
  }

  /** Appends a text. */
  Message put(int number, String text) {
    fields.add(Field.Bytes.of(number, text));
    return this;
  }

  /** Appends an integer. */
  Message put(int number, long value) {
    fields.add(new Field.Varint(number, value));
    return this;
  }

  /** Appends bytes. */
  Message put(int number, byte[] bytes) {
    fields.add(new Field.Bytes(number, bytes));
    return this;
  }

  /** Puts a message in front of another one, which is of that number and was opened. */
  void putBefore(Message other, int number, Message message) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i) instanceof Field.Nested nested && nested.message() == other) {
        fields.add(i, new Field.Nested(number, message));
        return;
      }
    }
    throw new IllegalArgumentException("the other message is none of this one");
  }

  /** Puts a message in front of all fields. */
  void putFirst(int number, Message message) {
    fields.add(0, new Field.Nested(number, message));
  }

  /** Replaces the text at a place among those of a number. */
  void replaceText(int number, int index, String text) {
    int seen = 0;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).number() == number && seen++ == index) {
        fields.set(i, Field.Bytes.of(number, text));
        return;
      }
    }
    throw new IllegalArgumentException("no text " + index + " of number " + number);
  }

  /** Removes all fields of a number. */
  void remove(int number) {
    fields.removeIf(field -> field.number() == number);
  }

  /** Returns the bytes that it takes, without a tag or length of its own. */
  long size() {
    return fields.stream().mapToLong(Field::size).sum();
  }

  void write(Output out) {
    fields.forEach(field -> field.write(out));
  }

  /** Returns it in the wire format; it must take less than 2 GiB. */
  byte[] toBytes() {
    Output out = new Output(Math.toIntExact(size()));
    write(out);
    return out.array();
  }

  private static Field.Stored stored(Field field, int type) {
    if (field instanceof Field.Stored stored && stored.type() == type) {
      return stored;
    }
    throw malformed("field " + field.number() + " of an unexpected type");
  }

  static UncheckedIOException malformed(String found) {
    return new UncheckedIOException(new IOException(found));
  }
}
