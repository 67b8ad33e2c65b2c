/** The browser features that a page needs in addition to displaying itself. */
export interface PageNeeds {
  /** Addresses of the page's logos. */
  readonly images: readonly string[];
  /**
   * Addresses to which the page's forms are submitted, including redirects, because browsers also check the redirects of a submitted form.
   * `null` for a page without forms.
   */
  readonly formTargets: readonly string[] | null;
  /** True if the page contains one of our scripts. */
  readonly script: boolean;
  /** True if that script sends requests to the pages' origin. */
  readonly connects?: boolean;
}

/** A host and port that cannot be read as a different directive. */
const HOST_SOURCE = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:$/;

/**
 * Returns the Content-Security-Policy (CSP Level 3) of a page. It does not allow framing, inline code or inline styles, and from other
 * sites it allows only logos.
 */
export function contentPolicy({ images, formTargets, script, connects = false }: PageNeeds): string {
  const sources = (addresses: readonly string[]): string =>
    [...new Set(addresses.flatMap((address) => sourceOf(address) ?? []))].map((source) => ` ${source}`).join('');
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${sources(images)}`,
    ...(script ? ["script-src 'self'"] : []),
    ...(connects ? ["connect-src 'self'"] : []),
    formTargets === null ? "form-action 'none'" : `form-action 'self'${sources(formTargets)}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** Returns the origin of an address, its scheme if an origin cannot be written (private schemes, IPv6), or `null` if it has neither. */
function sourceOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host } = new URL(address);
  const origin = `${protocol}//${host}`;
  if (/^https?:$/.test(protocol) && HOST_SOURCE.test(origin)) return origin;
  return SCHEME.test(protocol) && protocol !== 'javascript:' ? protocol : null;
}
