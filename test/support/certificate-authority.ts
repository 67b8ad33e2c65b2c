import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

const LOOPBACK = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'];
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority of a test, with openssl, in a folder of its own; {@link remove} it. */
export class CertificateAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'coresdk-ca-'));
  readonly caFile = join(this.folder, 'ca.crt');
  private count = 0;

  constructor(name = 'Test authority') {
    const keyFile = join(this.folder, 'ca.key');
    openssl('req', '-x509', ...NEW_KEY, '-keyout', keyFile, '-out', this.caFile, '-days', '1', '-subj', `/CN=${name}`);
  }

  /** A certificate for this machine's own names. */
  server(): Issued {
    return this.issue('sidecar', LOOPBACK);
  }

  /**
   * A certificate.
   * @param alternatives as openssl writes them, such as `DNS:billing`, in this order; none: the common name alone.
   * @param notAfter as `YYYYMMDDHHMMSSZ`; tomorrow when left out.
   */
  issue(commonName: string, alternatives: readonly string[] = [], notAfter?: string): Issued {
    const at = (kind: string): string => join(this.folder, `${this.count}.${kind}`);
    this.count += 1;
    const [keyFile, request, certFile, extensions] = [at('key'), at('csr'), at('crt'), at('ext')];
    const names = alternatives.map((name, index) => name.replace(':', `.${index} = `)).join('\n');
    writeFileSync(extensions, names === '' ? '' : `subjectAltName=@names\n[names]\n${names}\n`);
    openssl('req', ...NEW_KEY, '-keyout', keyFile, '-out', request, '-subj', `/CN=${commonName}`);
    const until = notAfter === undefined ? ['-days', '1'] : ['-not_before', '20200101000000Z', '-not_after', notAfter];
    const authority = ['-CA', this.caFile, '-CAkey', join(this.folder, 'ca.key'), '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, '-out', certFile, ...authority, '-extfile', extensions, ...until);
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
