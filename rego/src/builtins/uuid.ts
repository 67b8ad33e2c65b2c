import { Buffer } from 'buffer';
import { fromBigInt } from '../values/number.js';
import { RegoObject } from '../values/object.js';
import { stringifyJson } from '../values/stringify-json.js';
import type { Value } from '../values/value.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { textOf } from './operands.js';

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const HEX = /^[0-9a-fA-F]{32}$/;
/** A call takes a few microseconds. */
const STEPS_PER_CALL = 4;
const DOMAINS = ['Person', 'Group', 'Org'];
/** The time from 15 October 1582, the epoch of RFC 4122, to the Unix epoch, in units of 100 ns. */
const GREGORIAN_TICKS = 122_192_928_000_000_000n;

/** `uuid.*`, as in OPA's `topdown/uuid.go`. */
export const UUID_BUILTINS: readonly Builtin[] = [
  {
    name: 'uuid.rfc4122',
    steps: STEPS_PER_CALL,
    args: [['string']],
    result: ['string'],
    nondeterministic: true,
    call: ([key], context) => randomUuid(textOf(key), context),
  },
  {
    name: 'uuid.parse',
    steps: STEPS_PER_CALL,
    args: [['string']],
    result: ['object'],
    call: ([text]) => parseUuid(textOf(text)),
  },
];

/** Returns a version 4 UUID, the same for the same key within one query. */
function randomUuid(key: string, context: BuiltinContext): string {
  const cacheKey = `uuid.rfc4122:${stringifyJson(key)}`;
  const known = context.queryCache.get(cacheKey);
  if (typeof known === 'string') {
    return known;
  }
  const bytes = Buffer.from(context.randomBytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const uuid = [0, 8, 12, 16, 20, 32]
    .flatMap((from, i, marks) => (i + 1 < marks.length ? [hex.slice(from, marks[i + 1])] : []))
    .join('-');
  context.queryCache.set(cacheKey, uuid);
  return uuid;
}

function parseUuid(text: string): RegoObject | undefined {
  const bytes = uuidBytes(text);
  return bytes === undefined ? undefined : describe(bytes);
}

/**
 * Parses the forms that github.com/google/uuid accepts: plain, `urn:uuid:…`, in braces (or any other two characters), and without dashes.
 */
function uuidBytes(text: string): Buffer | undefined {
  switch (text.length) {
    case 32:
      return HEX.test(text) ? Buffer.from(text, 'hex') : undefined;
    case 36:
      return dashedBytes(text);
    case 38:
      return dashedBytes(text.slice(1, 37));
    case 45:
      return text.slice(0, 9).toLowerCase() === 'urn:uuid:' ? dashedBytes(text.slice(9)) : undefined;
    default:
      return undefined;
  }
}

function dashedBytes(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
}

function describe(bytes: Buffer): RegoObject {
  const version = bytes.readUInt8(6) >> 4;
  const members: [string, Value][] = [
    ['version', version],
    ['variant', variantOf(bytes.readUInt8(8))],
  ];
  if (version === 1 || version === 2) {
    members.push(
      ['time', fromBigInt(BigInt.asIntN(64, (ticksOf(bytes) - GREGORIAN_TICKS) * 100n))],
      ['nodeid', [...bytes.subarray(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('-')],
      ['macvariables', macVariables(bytes.readUInt8(10))],
      ['clocksequence', bytes.readUInt16BE(8) & 0x3fff],
    );
  }
  if (version === 2) {
    const domain = bytes.readUInt8(9);
    members.push(['id', bytes.readUInt32BE(0)], ['domain', DOMAINS[domain] ?? `Domain${domain}`]);
  }
  return RegoObject.of(members);
}

function ticksOf(bytes: Buffer): bigint {
  const low = BigInt(bytes.readUInt32BE(0));
  const middle = BigInt(bytes.readUInt16BE(4));
  const high = BigInt(bytes.readUInt16BE(6) & 0x0fff);
  return low | (middle << 32n) | (high << 48n);
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) {
    return 'RFC4122';
  }
  if ((byte & 0xe0) === 0xc0) {
    return 'Microsoft';
  }
  return (byte & 0xe0) === 0xe0 ? 'Future' : 'Reserved';
}

/** Describes the two lowest bits of a MAC address's first byte. */
function macVariables(firstByte: number): string {
  return `${(firstByte & 2) === 0 ? 'global' : 'local'}:${(firstByte & 1) === 0 ? 'unicast' : 'multicast'}`;
}
