import { type WireField, type WrittenField, wireFields, writeFields } from './wire-fields';

/** A request as sent, before decoding: its fields and their bytes. */
export class SentMessage {
  private constructor(
    readonly bytes: Uint8Array,
    readonly fields: readonly WireField[],
  ) {}

  /** Parses a message. Returns `null` if the bytes are not a proto3 message. */
  static of(bytes: Uint8Array): SentMessage | null {
    const fields = wireFields(bytes);
    return fields && new SentMessage(bytes, fields);
  }

  has(number: number): boolean {
    return this.fields.some((field) => field.number === number);
  }

  /** Returns the bytes of the last field with this number, which takes precedence over earlier fields; empty if the field is absent. */
  last(number: number): Uint8Array {
    const field = this.fields.findLast((found) => found.number === number);
    return field ? this.valueOf(field) : new Uint8Array();
  }

  valueOf({ from, to }: WireField): Uint8Array {
    return this.bytes.subarray(from, to);
  }

  text(number: number): string {
    return Buffer.from(this.last(number)).toString('utf8');
  }

  texts(number: number): string[] {
    return this.fields
      .filter((field) => field.number === number)
      .map((field) => Buffer.from(this.valueOf(field)).toString('utf8'));
  }

  /**
   * Returns the message with some of its fields changed.
   * @param change returns the result for each field: its new number, a replacement, or `null` to omit it.
   * @param added fields to append.
   */
  rewritten(
    change: (field: WireField, value: Uint8Array) => number | WrittenField | null,
    added: readonly WrittenField[] = [],
  ): SentMessage {
    const kept = this.fields.flatMap((field): WrittenField[] => {
      const value = this.valueOf(field);
      const changed = change(field, value);
      if (changed === null) return [];
      return [typeof changed === 'number' ? { number: changed, wireType: field.wireType, value } : changed];
    });
    const bytes = writeFields([...kept, ...added]);
    return new SentMessage(bytes, wireFields(bytes) ?? []);
  }
}
