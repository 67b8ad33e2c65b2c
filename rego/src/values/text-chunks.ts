/** Texts are worked on in pieces of about so many UTF-16 units, so that the deadline is looked at in between. */
export const CHUNK_LENGTH = 16_384;

/** Where a piece that starts here ends: no surrogate pair is cut in two. */
export function endOfChunk(text: string, start: number, length = CHUNK_LENGTH): number {
  const end = Math.min(start + length, text.length);
  const cutsPair =
    end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(end) & 0xfc00) === 0xdc00;
  return cutsPair ? end + 1 : end;
}
