/** Number of leading bytes that are checked. */
export const SNIFFED_BYTES = 4_100;

const UNKNOWN_TYPE = 'application/octet-stream';

/** A media type as in a header, with or without parameters (RFC 9110 §8.3.1). */
const MEDIA_TYPE =
  /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,96}(\s*;\s*[\w!#$&^.+-]{1,64}=([\w!#$&^.+:-]{1,128}|"[\w !#$&^.+:;/=-]{0,128}"))*$/;

/** Types with characteristic leading bytes. A declared type that these bytes do not confirm is rejected. */
const HAS_MAGIC = /^(image\/(?!svg)|audio\/|video\/|font\/|application\/(pdf|zip|gzip|x-tar|wasm|x-7z))/;

/**
 * Returns the media type of bytes: the type detected from the bytes, otherwise the declared type, otherwise text or unknown. A declared
 * type becomes `application/octet-stream` if the bytes should confirm it but do not.
 * @param head the first {@link SNIFFED_BYTES} bytes, or all bytes if there are fewer.
 * @param declared `Content-Type` from the caller; empty if absent.
 */
export async function contentTypeOf(head: Buffer, declared: string): Promise<string> {
  const said = MEDIA_TYPE.test(declared) ? declared : '';
  const found = await sniffed(head);
  if (found !== null) return found;
  // XML types have similar bytes, and are never displayed inline (rest/file-headers.ts), so the caller can declare the type.
  if (said !== '' && said !== UNKNOWN_TYPE && !HAS_MAGIC.test(said.toLowerCase())) return said;
  if (said === '' && head.length > 0 && looksLikeText(head)) return 'text/plain; charset=utf-8';
  return UNKNOWN_TYPE;
}

async function sniffed(head: Buffer): Promise<string | null> {
  // Loaded on first use.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    const found = await fileTypeFromBuffer(head);
    return found === undefined || found.mime === 'application/xml' ? null : found.mime;
  } catch {
    // The bytes are truncated, or crafted to confuse type detection, so the type is unknown.
    return null;
  }
}

function looksLikeText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  try {
    // The last character might be cut off.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
