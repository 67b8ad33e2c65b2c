import { createPublicKey } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import type { PolicyKey } from '../contract/policy-bundles.types';
import type { Faults } from '../domain/faults';
import type { PolicyFile } from '../domain/policy-files';
import { fileDigest, isDigestAlgorithm } from './structured-digest';

const SIGNATURES_FILE = '.signatures.json';

const signatures = z.object({ signatures: z.array(z.string()).nullish(), plugin: z.string().nullish() });
const payload = z.object({
  files: z.array(z.object({ name: z.string(), hash: z.string(), algorithm: z.string().default('') })),
  keyid: z.string().nullish(),
  scope: z.string().nullish(),
});
type Payload = z.infer<typeof payload>;

/**
 * Checks the signature of a bundle as OPA defines it (docs, "Bundle signing"): one JWS in `.signatures.json` by a key of
 * the tenant over the name and digest of every other file, no file more and none less. The algorithm is the key's; what
 * the token says of it decides nothing.
 * @param keys the tenant's keys. With none, an unsigned bundle is right and a signed one is refused: nobody could tell
 * whether its signature is good.
 * @returns the id of the key that signed; `null` when the bundle is unsigned or was refused, the reason then in `faults`.
 */
export async function verifySignature(
  files: readonly PolicyFile[],
  keys: readonly PolicyKey[],
  faults: Faults,
): Promise<string | null> {
  const fault = (message: string, file = SIGNATURES_FILE): null => {
    faults.add('signature_invalid', file, message);
    return null;
  };
  const file = files.find(({ path }) => path === SIGNATURES_FILE);
  if (!file) return keys.length === 0 ? null : fault('The tenant has signing keys; sign the bundle ("opa sign").', '');
  if (keys.length === 0) {
    return fault('The bundle is signed and the tenant has no key to check it with; add the key first.');
  }
  const token = tokenOf(file);
  if (token === null) return fault('The file has one signature: {"signatures": ["<JWS>"]}, without a plugin.');
  const key = keyOf(token, keys);
  if (key === null) return fault('The signature names no key of the tenant by its "kid".');
  const signed = await verify(token, key);
  if (typeof signed === 'string') return fault(signed);
  if (key.scope !== null && signed.scope !== key.scope) return fault(`The signature's scope is not "${key.scope}".`);
  compareFiles(files, signed, faults);
  return faults.any ? null : key.id;
}

function tokenOf({ bytes }: PolicyFile): string | null {
  const content = signatures.safeParse(jsonOf(bytes));
  if (!content.success || (content.data.plugin ?? '') !== '') return null;
  const [token, ...others] = content.data.signatures ?? [];
  return token === undefined || others.length > 0 ? null : token;
}

/** The key that a token names in its header, or in its payload as OPA once did; the only one when it names none. */
function keyOf(token: string, keys: readonly PolicyKey[]): PolicyKey | null {
  let named: unknown;
  try {
    named = decodeProtectedHeader(token).kid;
  } catch {
    return null;
  }
  named ??= payload.safeParse(jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url'))).data?.keyid;
  if (named === undefined || named === null || named === '') return keys.length === 1 ? (keys[0] ?? null) : null;
  return keys.find(({ id }) => id === named) ?? null;
}

/** The payload of a token whose signature is good; else a sentence on what is wrong. */
async function verify(token: string, key: PolicyKey): Promise<Payload | string> {
  try {
    const { payload: bytes } = await compactVerify(token, createPublicKey(key.publicKey), {
      algorithms: [key.algorithm],
    });
    const content = payload.safeParse(jsonOf(bytes));
    return content.success ? content.data : 'The payload of the signature does not list the files of the bundle.';
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    if (error instanceof errors.JOSEAlgNotAllowed) return `The key "${key.id}" signs with ${key.algorithm} only.`;
    return `The signature is not one by the key "${key.id}".`;
  }
}

function compareFiles(files: readonly PolicyFile[], signed: Payload, faults: Faults): void {
  const expected = new Map(signed.files.map((file) => [file.name.replace(/^\/+/, ''), file]));
  for (const { path, bytes } of files) {
    if (path === SIGNATURES_FILE) continue;
    const entry = expected.get(path);
    expected.delete(path);
    if (!entry) faults.add('signature_invalid', path, 'The signature does not cover this file.');
    else if (!isDigestAlgorithm(entry.algorithm)) {
      faults.add('signature_invalid', path, 'The digest is SHA-256, SHA-384 or SHA-512.');
    } else if (!hasDigest(path, bytes, entry)) {
      faults.add('signature_invalid', path, 'The file is not the one that was signed: its digest differs.');
    }
  }
  for (const name of expected.keys()) {
    faults.add('signature_invalid', name.slice(0, 255), 'The signature covers this file and the bundle has none.');
  }
}

function hasDigest(path: string, bytes: Uint8Array, entry: Payload['files'][number]): boolean {
  try {
    return fileDigest(entry.algorithm, path, bytes) === entry.hash.toLowerCase();
  } catch {
    // A structured file that is none; reading the bundle says what is wrong with it.
    return false;
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
