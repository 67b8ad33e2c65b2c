import type { OldLogPosition } from '../../src/kernel/log/log-position';

/** Formats a position as a string, in the same way as in earlier versions, where events did not have numbers. */
export function oldPlaceOf({ xid, seq, atSeconds }: OldLogPosition): string {
  const digits = (value: bigint, length: number): string => value.toString(32).padStart(length, '0');
  return digits(xid, 13) + digits(seq, 13) + digits(BigInt(atSeconds), 7);
}
