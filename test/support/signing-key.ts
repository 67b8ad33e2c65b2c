import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file with a new key for an installation, for use as `AUDIT_SIGNING_KEY_FILE`. */
export interface SigningKeyFile {
  readonly file: string;
  readonly remove: () => void;
}

export function makeSigningKey(): SigningKeyFile {
  const folder = mkdtempSync(path.join(tmpdir(), 'signing-key-'));
  const file = path.join(folder, 'key.pem');
  writeFileSync(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return {
    file,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
