import { Buffer } from 'buffer';
import { bytesOfString } from '../../values/bytes.js';
import { fail } from './fail.js';

export type Base64Alphabet = 'standard' | 'url';

const PADDING = 0x3d;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NO_DIGIT = 0xff;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TABLES: Readonly<Record<Base64Alphabet, Uint8Array>> = {
  standard: decodingTable(`${DIGITS}+/`),
  url: decodingTable(`${DIGITS}-_`),
};

function decodingTable(digits: string): Uint8Array {
  const table = new Uint8Array(256).fill(NO_DIGIT);
  for (let digit = 0; digit < digits.length; digit++) {
    table[digits.charCodeAt(digit)] = digit;
  }
  return table;
}

/**
 * Decodes padded base64 like Go's `encoding/base64`: ignores line breaks anywhere, does not allow anything after the padding, and does not
 * check unused bits. Throws `illegal base64 data at input byte N` with Go's N. Node's decoder is lenient and would hide errors.
 */
export function decodeBase64(input: string | Buffer, alphabet: Base64Alphabet): Buffer {
  const bytes = typeof input === 'string' ? bytesOfString(input) : input;
  const table = TABLES[alphabet];
  const output = Buffer.alloc(Math.ceil(bytes.length / 4) * 3);
  let size = 0;
  let group = 0;
  let digits = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      continue;
    }
    const digit = table[byte] ?? NO_DIGIT;
    if (digit === NO_DIGIT) {
      if (byte !== PADDING || digits < 2) {
        corrupt(at);
      }
      checkPadding(bytes, at, digits);
      return output.subarray(0, writeRest(output, size, group, digits));
    }
    group = (group << 6) | digit;
    digits++;
    if (digits === 4) {
      output.writeUIntBE(group, size, 3);
      size += 3;
      group = 0;
      digits = 0;
    }
  }
  if (digits > 0) {
    corrupt(bytes.length - digits);
  }
  return output.subarray(0, size);
}

/** Decodes base64url with or without padding, like OPA's `base64url.decode` (RFC 7515, appendix C). */
export function decodeBase64Url(text: string): Buffer {
  if (text.endsWith('=')) {
    return decodeBase64(text, 'url');
  }
  const bytes = bytesOfString(text);
  switch (bytes.length % 4) {
    case 0:
      return decodeBase64(bytes, 'url');
    case 2:
      return decodeBase64(`${text}==`, 'url');
    case 3:
      return decodeBase64(`${text}=`, 'url');
    default:
      return fail(`illegal base64url string: ${text.slice(0, 1_000)}`);
  }
}

function checkPadding(bytes: Buffer, at: number, digits: number): void {
  let next = afterLineBreaks(bytes, at + 1);
  if (digits === 2) {
    if (next >= bytes.length) {
      corrupt(bytes.length);
    }
    if (bytes[next] !== PADDING) {
      corrupt(next - 1);
    }
    next = afterLineBreaks(bytes, next + 1);
  }
  if (next < bytes.length) {
    corrupt(next);
  }
}

function afterLineBreaks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) {
    at++;
  }
  return at;
}

function writeRest(output: Buffer, size: number, group: number, digits: number): number {
  if (digits === 2) {
    output[size] = (group >> 4) & 0xff;
    return size + 1;
  }
  output[size] = (group >> 10) & 0xff;
  output[size + 1] = (group >> 2) & 0xff;
  return size + 2;
}

function corrupt(at: number): never {
  return fail(`illegal base64 data at input byte ${at}`);
}
