import type { IncomingMessage } from 'node:http';

/**
 * Resolves to true if an admitted caller would still be admitted: the token has neither expired nor been revoked, and its app still lists
 * the origin of the page.
 */
export type TokenRevalidator = () => Promise<boolean>;

const revalidators = new WeakMap<IncomingMessage, TokenRevalidator>();

/** Attaches to a request the function that revalidates its caller. The guard that admitted the caller calls this function. */
export function setTokenRevalidator(request: IncomingMessage, standing: TokenRevalidator): void {
  revalidators.set(request, standing);
}

/**
 * Returns whether the caller of a request would still be admitted. Returns false if this cannot be determined at present or if no caller
 * was admitted.
 */
export async function isStillAdmitted(request: IncomingMessage): Promise<boolean> {
  const standing = revalidators.get(request);
  if (!standing) return false;
  try {
    return await standing();
  } catch {
    return false;
  }
}
