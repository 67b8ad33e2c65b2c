/** RFC 9113 §6: frame types and flags. */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const ACK = 1;
export const END_STREAM = 1;
export const END_HEADERS = 4;

const HEAD_BYTES = 9;
const EMPTY = Buffer.alloc(0);

/** Returns a frame. The payload is optional. */
export function frame(type, flags, stream, payload = EMPTY) {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  payload.copy(bytes, HEAD_BYTES);
  return bytes;
}

/** Splits incoming bytes into frames. Calls `onFrame(type, flags, stream, payload)` for each complete frame. */
export function frameReader(onFrame) {
  let rest = EMPTY;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + rest.readUIntBE(0, 3);
      if (rest.length < end) return;
      onFrame(rest[3], rest[4], rest.readUInt32BE(5) & 0x7fffffff, rest.subarray(HEAD_BYTES, end));
      rest = rest.subarray(end);
    }
  };
}

/** RFC 7541 §6.2.2: literals without indexing, so that every call can send the same bytes. */
export function headerBlock(headers) {
  const literal = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]),
  );
}

export function uint32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}
