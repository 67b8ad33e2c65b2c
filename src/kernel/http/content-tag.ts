import { hash } from 'node:crypto';
import { canonicalJson } from '../json/canonical-json';

/** A strong entity tag of what is shown, for what counts no versions: another whenever a member is. */
export function contentTag(shown: unknown): string {
  return `"${hash('sha256', canonicalJson(shown), 'base64url')}"`;
}
