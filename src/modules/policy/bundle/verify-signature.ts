import { isSigned, verifyBundleSignature } from '@coresdk/rego/bundle';
import type { PolicyKey } from '../contract/policy-bundles.types';
import type { Faults } from '../domain/faults';
import type { PolicyFile } from '../domain/policy-files';

/**
 * Checks a bundle's signature, as defined by OPA (docs, "Bundle signing"), with the tenant's keys.
 * @param keys the tenant's keys. Without keys, an unsigned bundle is valid and a signed one is refused, because its signature cannot be
 * verified.
 * @returns the id of the key that signed the bundle. `null` if the bundle is unsigned, or if it was refused; in the latter case, `faults`
 * contains the reason.
 */
export function verifySignature(
  files: readonly PolicyFile[],
  keys: readonly PolicyKey[],
  faults: Faults,
): string | null {
  const fault = (message: string, file: string): null => {
    faults.add('signature_invalid', file, message);
    return null;
  };
  if (!isSigned(files)) {
    return keys.length === 0 ? null : fault('The tenant has signing keys; sign the bundle ("opa sign").', '');
  }
  if (keys.length === 0) {
    return fault(
      'The bundle is signed and the tenant has no key to check it with; add the key first.',
      '.signatures.json',
    );
  }
  const verdict = verifyBundleSignature(
    files,
    keys.map(({ publicKey, ...key }) => ({ ...key, key: publicKey })),
  );
  if (verdict.ok) return verdict.keyId;
  for (const { file, message } of verdict.faults) fault(message, file);
  return null;
}
