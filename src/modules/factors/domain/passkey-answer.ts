import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

/** Longer than any credential id (WebAuthn Level 3 §4: 1023 bytes) in base64url. */
const ID_CHARS = 1_364;
const MAX_CHARS = 64 * 1024;

/** The members that every answer has. The library checks the others. */
const answer = z.looseObject({
  id: z
    .string()
    .regex(/^[\w-]+$/)
    .max(ID_CHARS),
  rawId: z.string(),
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: z.string() }),
  clientExtensionResults: z.looseObject({}),
});

/** Parses the JSON of a `PublicKeyCredential` (WebAuthn Level 3 §5.1.8); `null` if it is not one. Its content is not verified. */
export function passkeyAnswer<T = AuthenticationResponseJSON>(json: string): T | null {
  if (json.length > MAX_CHARS) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  return answer.safeParse(parsed).success ? (parsed as T) : null;
}
