import { type WireField, type WrittenField, wireFields, writeFields } from './wire-fields';

/** A request as it was sent, before anything is decoded: which fields are there, and their bytes. */
export class SentMessage {
  private constructor(
    readonly bytes: Uint8Array,
    readonly fields: readonly WireField[],
  ) {}

  /** `null` when the bytes are no message of proto3. */
  static of(bytes: Uint8Array): SentMessage | null {
    const fields = wireFields(bytes);
    return fields && new SentMessage(bytes, fields);
  }

  has(number: number): boolean {
    return this.fields.some((field) => field.number === number);
  }

  /** The bytes of a field that counts, which is the last of its number; empty when it is not there. */
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
   * The message with other fields.
   * @param change what becomes of each field: itself under a number, another one, or `null`, which leaves it out.
   * @param added fields that follow.
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
