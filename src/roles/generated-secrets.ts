import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../kernel/config/secret';

/** Secrets that a development installation makes for itself, in `DATA_DIR/secrets`, each in a file of mode 0600. */
export class GeneratedSecrets {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = path.resolve(dataDir, 'secrets');
  }

  /** The secret of this name, made at the first start. `isNew` tells that it has not been shown yet. */
  obtain(name: string, prefix = ''): { readonly secret: Secret; readonly isNew: boolean } {
    const found = this.find(name);
    if (found !== null) return { secret: found, isNew: false };
    const value = prefix + randomBytes(32).toString('base64url');
    this.keep(name, value);
    return { secret: new Secret(value), isNew: true };
  }

  /** The secret of this name; `null` before the first start. */
  find(name: string): Secret | null {
    const file = path.join(this.folder, name);
    return existsSync(file) ? new Secret(readFileSync(file, 'utf8').trim()) : null;
  }

  /** The file of a private key of this name (Ed25519, PEM), made at the first start. */
  obtainKeyFile(name: string): string {
    const file = path.join(this.folder, name);
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      this.keep(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim());
    }
    return file;
  }

  /** Writes a secret so that a crash leaves either the whole file or none, and no other user can read it. */
  keep(name: string, value: string): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    // "wx": two processes that start at once must not each believe in a key of their own.
    writeFileSync(path.join(this.folder, name), `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
}
