const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Returns whether a request that can change something comes from a page of this origin. Browsers set `Sec-Fetch-Site` and `Origin`
 * themselves. A request without both headers is refused, because its sender is unknown. Safe methods (RFC 9110 §9.2.1) always pass.
 */
export function isFromSameOrigin(method: string, headers: Headers, origin: string): boolean {
  if (SAFE_METHODS.has(method.toUpperCase())) return true;
  const [site, sender] = [headers.get('sec-fetch-site'), headers.get('origin')];
  if (sender !== null && sender !== origin) return false;
  return site === null ? sender === origin : site === 'same-origin';
}
