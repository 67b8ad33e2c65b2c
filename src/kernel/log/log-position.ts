import { AppError } from '../errors/app-error';

/** A place in the log: behind the event of this transaction and number. Compared by these two. */
export interface LogPosition {
  /** Transaction id, 64 bits. */
  readonly xid: bigint;
  readonly seq: bigint;
  /** Unix seconds by the database's clock: by it is told whether what is behind the place is still kept. */
  readonly atSeconds: number;
}

/** Before everything. */
export const BEGINNING: LogPosition = { xid: 0n, seq: 0n, atSeconds: 0 };

const LENGTHS = { xid: 13, seq: 13, at: 7 } as const;
/** Base 32 with the extended hex alphabet, whose characters sort as their values do (RFC 4648 §7). */
const PLACE = /^[0-9a-v]{33}$/;
const BITS = 5n;
const MAX_BIGINT = 2n ** 63n - 1n;

/** The text of a position: of fixed length, so that texts sort as positions do. */
export function placeOf({ xid, seq, atSeconds }: LogPosition): string {
  return digits(xid, LENGTHS.xid) + digits(seq, LENGTHS.seq) + digits(BigInt(atSeconds), LENGTHS.at);
}

/** The position of a text. Errors: `invalid_request` for one that is none of ours. */
export function positionOf(place: string): LogPosition {
  const xid = isPlace(place) ? number(place.slice(0, LENGTHS.xid)) : MAX_BIGINT + 1n;
  const seq = number(place.slice(LENGTHS.xid, LENGTHS.xid + LENGTHS.seq));
  if (xid > MAX_BIGINT || seq > MAX_BIGINT) {
    throw new AppError('invalid_request', 'The cursor or Last-Event-ID is not one that this log gave out.', {
      fields: [{ pointer: '/cursor', code: 'invalid_cursor', message: 'Use the id of an event, or nextCursor.' }],
    });
  }
  return { xid, seq, atSeconds: Number(number(place.slice(LENGTHS.xid + LENGTHS.seq))) };
}

/** Whether a text has the form of a place. */
export function isPlace(text: string): boolean {
  return PLACE.test(text);
}

/** Whether the first is before the second. */
export function isBefore(a: LogPosition, b: LogPosition): boolean {
  return a.xid < b.xid || (a.xid === b.xid && a.seq < b.seq);
}

function digits(value: bigint, length: number): string {
  return value.toString(32).padStart(length, '0');
}

function number(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = (value << BITS) | BigInt(Number.parseInt(digit, 32) || 0);
  return value;
}
