/** Returns a protobuf field, handwritten as in published clients: a string, bytes, a number or a boolean. */
export function field(number: number, value: string | Uint8Array | number | boolean): Buffer {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return Buffer.concat([varint(number * 8), varint(Number(value))]);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** Returns a string field as clients that omit empty fields encode it. */
export function text(number: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : field(number, value);
}

export function message(...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(fields);
}

/** Returns a message preceded by the five bytes of gRPC's framing. */
export function framed(body: Uint8Array): Buffer {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(body.length, 1);
  return Buffer.concat([length, body]);
}

/** A message as a handwritten decoder reads it. Throws where public clients stop or fail: at fixed-width fields and at negative numbers. */
export class ReadMessage {
  private readonly fields: { readonly number: number; readonly value: number | Buffer }[] = [];

  constructor(bytes: Buffer) {
    for (let at = 0; at < bytes.length;) {
      const [tag, afterTag] = readVarint(bytes, at);
      const [value, afterValue] = readVarint(bytes, afterTag);
      if (tag % 8 !== 0 && tag % 8 !== 2) throw new Error(`A field of wire type ${tag % 8}.`);
      at = tag % 8 === 0 ? afterValue : afterValue + value;
      if (at > bytes.length) throw new Error('A field extends beyond the end.');
      this.fields.push({ number: tag >>> 3, value: tag % 8 === 0 ? value : bytes.subarray(afterValue, at) });
    }
  }

  get numbers(): number[] {
    return this.fields.map(({ number }) => number);
  }

  number(field: number): number {
    const value = this.fields.findLast(({ number }) => number === field)?.value ?? 0;
    if (typeof value !== 'number') throw new Error(`Field ${field} is not a number.`);
    return value;
  }

  bool(field: number): boolean {
    return this.number(field) !== 0;
  }

  /** Returns all strings of a field. Throws for invalid UTF-8, as Python does. */
  texts(field: number): string[] {
    return this.fields
      .filter(({ number }) => number === field)
      .map(({ value }) => {
        if (typeof value === 'number') throw new Error(`Field ${field} is not a string.`);
        return new TextDecoder('utf-8', { fatal: true }).decode(value);
      });
  }

  text(field: number): string {
    return this.texts(field).at(-1) ?? '';
  }

  /** Returns all messages of a field. */
  messages(field: number): ReadMessage[] {
    return this.fields
      .filter(({ number }) => number === field)
      .map(({ value }) => {
        if (typeof value === 'number') throw new Error(`Field ${field} is not a message.`);
        return new ReadMessage(value);
      });
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function readVarint(bytes: Buffer, from: number): [value: number, end: number] {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length; at++, scale *= 128) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) throw new Error('A number that is negative, or beyond 2^53.');
      return [value, at + 1];
    }
  }
  throw new Error('An unterminated varint.');
}
