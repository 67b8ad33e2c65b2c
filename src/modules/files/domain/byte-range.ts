/** Bytes of a representation, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a `Range` header asks for. `whole`: there is none that counts (RFC 9110 §14.2: it may be ignored). */
export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable';

const ONE_RANGE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/**
 * The part that a single `Range` asks for (RFC 9110 §14.1.1, §14.2), cut to what there is. A header of another unit, with
 * several ranges, or that cannot be read gets the whole.
 * @param sizeBytes of the representation.
 */
export function rangeOf(header: string | undefined, sizeBytes: number): RangeAnswer {
  const [, first, last] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined) return 'whole';
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), sizeBytes);
  const start = Number(first);
  // The last position must not be before the first, or it is no range at all.
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

/** The last bytes. Of an empty representation, or of length 0, nothing can be given. */
function suffix(length: number, sizeBytes: number): RangeAnswer {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}
