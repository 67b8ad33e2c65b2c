/** A byte range of a representation, inclusive at both ends. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The range that a `Range` header requests. `whole` means that there is no header, or that it is ignored, as RFC 9110 §14.2 allows. */
export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable';

const ONE_RANGE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i;

/**
 * Returns the range that a single `Range` requests (RFC 9110 §14.1.1, §14.2), limited to the content's size. A header with a different
 * unit, several ranges or invalid syntax selects the complete content.
 * @param sizeBytes size of the representation.
 */
export function rangeOf(header: string | undefined, sizeBytes: number): RangeAnswer {
  const [, first, last] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined) return 'whole';
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), sizeBytes);
  const start = Number(first);
  // A range whose last position is before the first is invalid.
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= sizeBytes) return 'unsatisfiable';
  return { start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

/** Returns a range of the last bytes. It is unsatisfiable for an empty representation, or for length 0. */
function suffix(length: number, sizeBytes: number): RangeAnswer {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}
