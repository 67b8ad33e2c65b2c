/** Bytes of a representation, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The range that a `Range` header requests. `whole`: no header, or one that is ignored, as RFC 9110 §14.2 allows. */
export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable';

const ONE_RANGE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/**
 * Returns the part that a single `Range` requests (RFC 9110 §14.1.1, §14.2), limited to the content's size. A header with another
 * unit, with several ranges, or with invalid syntax gets the whole content.
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
