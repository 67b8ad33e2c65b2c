/** Control characters, spaces and backslashes, which browsers drop or read as slashes. */
const UNSAFE = /[\u0000-\u0020\u007f-\u009f\\]/;

/**
 * Returns a safe path on this origin for the browser to return to. Returns `/` for a missing value and for a path that is too long when
 * encoded. It also does so for values that could lead to a different origin: `//evil.example`, `/\evil.example`, `https://evil.example`.
 */
export function safeReturnTo(value: string | null | undefined, origin: string, maxCharacters = Infinity): string {
  if (typeof value !== 'string' || UNSAFE.test(value)) return '/';
  if (!value.startsWith('/') || !URL.canParse(value, origin)) return '/';
  const url = new URL(value, origin);
  // Parsing removes dot segments, so a path such as "/.//evil.example" only now shows its leading slashes.
  const path = url.pathname + url.search + url.hash;
  return url.origin === origin && !path.startsWith('//') && path.length <= maxCharacters ? path : '/';
}
