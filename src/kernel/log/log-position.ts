import { AppError } from '../errors/app-error';
import type { ListCursors } from '../lists/list-cursors';

/** A position in a tenant's log, after the event with this number. */
export interface LogPosition {
  /** Number of the last event before the position; 0 before the first event. */
  readonly number: number;
  /** Number of the last event before the position in the installation's log, if that log is merged into this log; otherwise 0. */
  readonly ofAll: number;
  /**
   * Time of event {@link number} on the database's clock, in Unix seconds; 0 if unknown. It shows whether this is still the log that issued
   * the position, because a restore can assign the same number to a different event.
   */
  readonly atSeconds: number;
}

/** A position that earlier versions issued, after the event with this transaction and sequence number. */
export interface OldLogPosition {
  /** Transaction id, 64 bits. */
  readonly xid: bigint;
  readonly seq: bigint;
  /** Unix seconds on the database's clock. */
  readonly atSeconds: number;
}

/** The position before the first event. */
export const BEGINNING: LogPosition = { number: 0, ofAll: 0, atSeconds: 0 };

/** Number of characters that represent a number, and number of characters that represent a time. */
const [NUMBER, TIME] = [11, 7];
/** Base 32 with the extended hex alphabet, whose characters sort in the order of their values (RFC 4648 §7). */
const PLACE = /^[0-9a-v]{29}$/;

/** Number of characters that represent each of the two numbers in an old position. */
const OLD_NUMBER = 13;
const OLD_PLACE = /^[0-9a-v]{33}$/;
const MAX_BIGINT = 2n ** 63n - 1n;

/** Formats a position as a string of fixed length. The strings of one log sort like the positions. */
export function placeOf({ number, ofAll, atSeconds }: LogPosition): string {
  return digits(number, NUMBER) + digits(ofAll, NUMBER) + digits(atSeconds, TIME);
}

/** Parses a position, which may be from an earlier version. Errors: `invalid_request` for any other string. */
export function positionOf(place: string): LogPosition | OldLogPosition {
  const position = PLACE.test(place) ? parsed(place) : OLD_PLACE.test(place) ? parsedOld(place) : null;
  if (position === null) {
    throw new AppError('invalid_request', 'The cursor or Last-Event-ID is not from this log.', {
      fields: [
        {
          pointer: '/cursor',
          code: 'invalid_cursor',
          message: 'Use the id of an event, or nextCursor from a response.',
        },
      ],
    });
  }
  return position;
}

/** Returns whether a string has the format of a position, including the format of earlier versions. */
export function isPlace(text: string): boolean {
  return PLACE.test(text) || OLD_PLACE.test(text);
}

function parsed(place: string): LogPosition | null {
  const number = Number.parseInt(place.slice(0, NUMBER), 32);
  const ofAll = Number.parseInt(place.slice(NUMBER, 2 * NUMBER), 32);
  if (!Number.isSafeInteger(number) || !Number.isSafeInteger(ofAll)) return null;
  return { number, ofAll, atSeconds: Number.parseInt(place.slice(2 * NUMBER), 32) };
}

function parsedOld(place: string): OldLogPosition | null {
  const xid = bigintOf(place.slice(0, OLD_NUMBER));
  const seq = bigintOf(place.slice(OLD_NUMBER, 2 * OLD_NUMBER));
  if (xid > MAX_BIGINT || seq > MAX_BIGINT) return null;
  return { xid, seq, atSeconds: Number.parseInt(place.slice(2 * OLD_NUMBER), 32) };
}

function digits(value: number, length: number): string {
  return value.toString(32).padStart(length, '0');
}

function bigintOf(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 32n + BigInt(Number.parseInt(digit, 32));
  return value;
}

/**
 * Returns the position in a log that a cursor represents; `null` if there is no cursor. A cursor from a previous page is valid only for the
 * same query. The id of an event is valid for any query. Errors: `invalid_request` for a cursor from a different list, or from a different
 * query of this list.
 */
export function placeIn(cursors: ListCursors, cursor: string | undefined): string | null {
  return cursor !== undefined && isPlace(cursor) ? cursor : cursors.after(cursor);
}
