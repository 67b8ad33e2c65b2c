/** So many bytes from the beginning are looked at. */
export const SNIFFED_BYTES = 4_100;

const UNKNOWN_TYPE = 'application/octet-stream';

/** A media type with perhaps parameters (RFC 9110 §8.3.1), as it may stand in a header. */
const MEDIA_TYPE =
  /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,96}(\s*;\s*[\w!#$&^.+-]{1,64}=([\w!#$&^.+:-]{1,128}|"[\w !#$&^.+:;/=-]{0,128}"))*$/;

/** Kinds that begin with bytes of their own: who claims one that those bytes do not show is not believed. */
const HAS_MAGIC = /^(image\/(?!svg)|audio\/|video\/|font\/|application\/(pdf|zip|gzip|x-tar|wasm|x-7z))/;

/**
 * What bytes are: by the bytes where they tell, else as the caller declared, else by whether they can be text. A declared
 * kind that its bytes would show, and do not, is `application/octet-stream`.
 * @param head the first {@link SNIFFED_BYTES} of them, or all.
 * @param declared `Content-Type` of the caller; empty without one.
 */
export async function contentTypeOf(head: Buffer, declared: string): Promise<string> {
  const said = MEDIA_TYPE.test(declared) ? declared : '';
  const found = await sniffed(head);
  if (found !== null) return found;
  // XML looks alike whatever it is; it is never shown as it is (rest/shown-content.ts), so that its sender may say which.
  if (said !== '' && said !== UNKNOWN_TYPE && !HAS_MAGIC.test(said.toLowerCase())) return said;
  if (said === '' && head.length > 0 && looksLikeText(head)) return 'text/plain; charset=utf-8';
  return UNKNOWN_TYPE;
}

async function sniffed(head: Buffer): Promise<string | null> {
  // With the first file.
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    const found = await fileTypeFromBuffer(head);
    return found === undefined || found.mime === 'application/xml' ? null : found.mime;
  } catch {
    // Cut short, or made to confuse: nothing is known of it.
    return null;
  }
}

function looksLikeText(head: Buffer): boolean {
  if (head.includes(0)) return false;
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
