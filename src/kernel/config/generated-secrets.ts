import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from './secret';

/** Secrets that a development installation makes for itself, in `DATA_DIR/secrets`, each in a file of mode 0600. */
export class GeneratedSecrets {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = path.resolve(dataDir, 'secrets');
  }

  /** The secret of this name, made at the first start. `isNew` tells that it has not been shown yet. */
  obtain(name: string, prefix = ''): { readonly secret: Secret; readonly isNew: boolean } {
    const isNew = this.find(name) === null && this.keep(name, prefix + randomBytes(32).toString('base64url'));
    const secret = this.find(name);
    if (secret === null) throw new Error(`${path.join(this.folder, name)} was removed while it was read.`);
    return { secret, isNew };
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

  /**
   * Writes a secret unless there is one of this name, such as that of a process that starts at the same time. A crash leaves either
   * the whole file or none, and no other user can read it. @returns whether it was written.
   */
  private keep(name: string, value: string): boolean {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    chmodSync(this.folder, 0o700);
    const draft = path.join(this.folder, `${name}.${randomBytes(6).toString('hex')}`);
    writeFileSync(draft, `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
    try {
      // A link is made whole, and never over another file.
      linkSync(draft, path.join(this.folder, name));
      return true;
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // A file system without links.
      writeFileSync(path.join(this.folder, name), `${value}\n`, { mode: 0o600, flag: 'wx', flush: true });
      return true;
    } finally {
      rmSync(draft, { force: true });
    }
  }
}
