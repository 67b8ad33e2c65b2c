import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../src/kernel/json/canonical-json';

/** The claims of a context. */
export interface Signed {
  readonly [name: string]: string | number | readonly string[];
}

/** Returns a platform context that an application has just signed. */
export function platformContext(
  app: { readonly client_id: string; readonly client_secret?: string | null | undefined },
  members: Signed,
): string {
  const signed: Signed = { client_id: app.client_id, issued_at: Math.floor(Date.now() / 1000), ...members };
  const signature = createHmac('sha256', app.client_secret ?? '')
    .update(canonicalJson(signed))
    .digest('hex');
  return Buffer.from(JSON.stringify({ ...signed, signature })).toString('base64');
}
