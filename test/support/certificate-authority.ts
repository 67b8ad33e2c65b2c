import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  type GeneralNameType,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface Issued {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

const LOOPBACK = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1'];
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const KINDS: Readonly<Record<string, GeneralNameType>> = { DNS: 'dns', IP: 'ip', URI: 'url' };

/** A certificate authority for tests, in a temporary folder; {@link remove} deletes it. */
export class CertificateAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'coresdk-ca-'));
  readonly caFile = join(this.folder, 'ca.crt');
  private count = 0;

  private constructor(
    private readonly name: string,
    private readonly keys: CryptoKeyPair,
  ) {}

  static async create(name = 'Test authority'): Promise<CertificateAuthority> {
    const { keys } = await newKeys();
    const authority = new CertificateAuthority(`CN=${name}`, keys);
    const certificate = await X509CertificateGenerator.createSelfSigned(
      {
        name: authority.name,
        keys,
        signingAlgorithm: ECDSA,
        notBefore: new Date(Date.now() - DAY_MS),
        notAfter: new Date(Date.now() + DAY_MS),
        extensions: [new BasicConstraintsExtension(true, undefined, true)],
      },
      crypto,
    );
    writeFileSync(authority.caFile, certificate.toString('pem'));
    return authority;
  }

  /** Issues a certificate for the names of this machine. */
  server(): Promise<Issued> {
    return this.issue('sidecar', LOOPBACK);
  }

  /**
   * Issues a certificate with a new key.
   * @param alternatives subject alternative names in this order, such as `DNS:billing`; if there are none, the certificate has only the
   * common name.
   * @param notAfter the time at which the certificate expires, in the past or future; tomorrow by default.
   */
  async issue(
    commonName: string,
    alternatives: readonly string[] = [],
    notAfter = new Date(Date.now() + DAY_MS),
  ): Promise<Issued> {
    const { keys, pem } = await newKeys();
    const names = alternatives.map(generalName);
    const certificate = await X509CertificateGenerator.create(
      {
        subject: [{ CN: [commonName] }],
        issuer: this.name,
        publicKey: keys.publicKey,
        signingKey: this.keys.privateKey,
        signingAlgorithm: ECDSA,
        notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS),
        notAfter,
        extensions: names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)],
      },
      crypto,
    );
    return this.write(certificate.toString('pem'), pem);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(certificate: string, privateKey: string): Issued {
    const [certFile, keyFile] = [join(this.folder, `${this.count}.crt`), join(this.folder, `${this.count}.key`)];
    this.count += 1;
    const cert = Buffer.from(certificate);
    const key = Buffer.from(privateKey);
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    return { certFile, keyFile, cert, key };
  }
}

async function newKeys(): Promise<{ readonly keys: CryptoKeyPair; readonly pem: string }> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const bytes = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { keys, pem: PemConverter.encode(bytes, PemConverter.PrivateKeyTag) };
}

function generalName(text: string): { readonly type: GeneralNameType; readonly value: string } {
  const [, kind = '', value = ''] = /^([A-Z]+):(.*)$/s.exec(text) ?? [];
  const type = KINDS[kind];
  if (type === undefined)
    throw new Error(`Unknown kind of name in "${text}". Use one of: ${Object.keys(KINDS).join(', ')}.`);
  return { type, value };
}
