import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from './secret';

/** Secrets that a development installation generates for itself, in `DATA_DIR/secrets`, each in a file with mode 0600. */
export class GeneratedSecrets {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = path.resolve(dataDir, 'secrets');
  }

  /** Returns the secret with this name, which is created at the first start. `isNew` is true if it has not been shown yet. */
  obtain(name: string, prefix = ''): { readonly secret: Secret; readonly isNew: boolean } {
    const isNew = this.find(name) === null && this.keep(name, prefix + randomBytes(32).toString('base64url'));
    const secret = this.find(name);
    if (secret === null) throw new Error(`${path.join(this.folder, name)} was removed while it was being read.`);
    return { secret, isNew };
  }

  /** Returns the secret with this name; `null` before the first start. */
  find(name: string): Secret | null {
    const file = path.join(this.folder, name);
    return existsSync(file) ? new Secret(readFileSync(file, 'utf8').trim()) : null;
  }

  /** Returns the file with the private key of this name (Ed25519, PEM), which is created at the first start. */
  obtainKeyFile(name: string): string {
    const file = path.join(this.folder, name);
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      this.keep(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim());
    }
    return file;
  }

  /**
   * Writes a secret unless one with this name exists, for example because a process that starts at the same time has written it. A crash
   * leaves either the complete file or no file, and no other user can read the file. @returns whether it was written.
   */
  private keep(name: string, value: string): boolean {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    const draft = path.join(this.folder, `${name}.${randomBytes(6).toString('hex')}`);
    writeFileSync(draft, `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
    try {
      // A link is created atomically and never replaces a file.
      linkSync(draft, path.join(this.folder, name));
      return true;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // The file system does not support links.
      writeFileSync(path.join(this.folder, name), `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
      return true;
    } finally {
      rmSync(draft, { force: true });
    }
  }
}
