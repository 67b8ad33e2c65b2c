/** Kinds that a browser may show: they can neither run scripts nor load anything. */
const SHOWN = /^(image\/(png|jpeg|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/(mp4|webm|ogg)|text\/plain)$/;

/** Whether a browser may show it; all else (HTML, SVG, XML, PDF, scripts, what nobody knows) it is to keep as a file. */
function isShown(contentType: string): boolean {
  return SHOWN.test((contentType.split(';')[0] ?? '').trim().toLowerCase());
}

/**
 * `Content-Disposition` (RFC 6266) with the last name of the path, in ASCII and, where that says less, by RFC 8187.
 * @param name to save it by; the path's own when `null`.
 */
export function dispositionOf(contentType: string, path: string, name: string | null): string {
  const fileName = name ?? path.slice(path.lastIndexOf('/') + 1);
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = ascii === fileName ? '' : `; filename*=UTF-8''${encodeRfc8187(fileName)}`;
  return `${name === null && isShown(contentType) ? 'inline' : 'attachment'}; filename="${ascii}"${extended}`;
}

function encodeRfc8187(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
