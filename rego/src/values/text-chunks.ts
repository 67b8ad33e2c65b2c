/** The length of a chunk of text, in UTF-16 units. The deadline is checked between chunks. */
export const CHUNK_LENGTH = 16_384;

/** Returns the end of a chunk that starts here. Never splits a surrogate pair. */
export function endOfChunk(text: string, start: number, length = CHUNK_LENGTH): number {
  const end = Math.min(start + length, text.length);
  const cutsPair =
    end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(end) & 0xfc00) === 0xdc00;
  return cutsPair ? end + 1 : end;
}
