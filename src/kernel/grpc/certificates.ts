import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { Counter, Gauge } from 'prom-client';
import { ConfigError } from '../config/config-section';
import { ScheduledTask } from '../tasks/scheduled-task';
import type { Logger } from '../telemetry/logger';
import type { TlsFiles } from './tls.config';

/** The certificate, key and authorities for TLS. */
export interface CertificateSet {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | null;
}

// Constants, since the files are read before a process has a container to inject them from.
const certificateReloads = new Counter({
  name: 'coresdk_tls_certificate_reloads_total',
  help: 'Changes to the TLS certificate files by outcome (used, or refused because they are not usable).',
  labelNames: ['outcome'] as const,
});
const certificateExpiry = new Gauge({
  name: 'coresdk_tls_certificate_expires_at_seconds',
  help: 'Expiry of the TLS certificate in use, in Unix seconds; 0 without TLS.',
});

/**
 * Polling interval for the files. It polls instead of using inotify, because mounted secrets and network file systems do not send
 * notifications.
 */
const LOOK_EVERY_MS = 1_000;

type CaListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;

/**
 * The certificate, key and authorities of this process, reloaded when their files change. A new set is used once it is complete: the key
 * matches the certificate, the certificate is currently valid, and the authorities are certificates. Until then, for example while the two
 * files are being replaced, the previous set stays in use, and {@link fault} reports it.
 *
 * This is also a certificate provider for grpc-js, so that the next connection that our client opens uses the new set.
 */
export class Certificates implements experimental.CertificateProvider {
  private set: CertificateSet;
  private refused: string | null = null;
  private readonly listeners = new Set<(set: CertificateSet) => void>();
  private readonly relays = new Map<CaListener | IdentityListener, (set: CertificateSet) => void>();
  private readonly looks: ScheduledTask;
  private readonly onHangUp = (): void => this.reload();

  /** Errors: a `ConfigError` that names the file and its fault. */
  constructor(
    private readonly files: TlsFiles,
    private readonly logger: Logger,
    lookEveryMs = LOOK_EVERY_MS,
  ) {
    try {
      this.set = readCertificates(files);
    } catch (fault) {
      throw new ConfigError([fault instanceof Error ? fault.message : String(fault)]);
    }
    certificateExpiry.set(expiryOf(this.set) / 1000);
    this.looks = new ScheduledTask({ everyMs: lookEveryMs, turn: this.onHangUp, failed: () => undefined });
    this.looks.start();
    process.on('SIGHUP', this.onHangUp);
  }

  get current(): CertificateSet {
    return this.set;
  }

  /** Returns the reason why this process is not ready: the certificate in use has expired. */
  missing(): string | null {
    return Date.now() > expiryOf(this.set) ? 'tls: the certificate has expired' : null;
  }

  /** Returns the reason why the current files are not in use; `null` if they are in use. */
  fault(): string | null {
    return this.refused === null ? null : `tls: the certificate files changed and are not used: ${this.refused}`;
  }

  /** Calls the listener with each new set. */
  onChange(listener: (set: CertificateSet) => void): void {
    this.listeners.add(listener);
  }

  /** Checks the files now. */
  reload(): void {
    try {
      const next = readCertificates(this.files);
      this.refused = null;
      if (isSame(next, this.set)) return;
      this.set = next;
      certificateExpiry.set(expiryOf(next) / 1000);
      certificateReloads.labels('used').inc();
      this.logger.info({ certFile: this.files.certFile }, 'Reloaded the TLS certificate');
      for (const listener of this.listeners) listener(next);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message === this.refused) return;
      this.refused = message;
      certificateReloads.labels('refused').inc();
      this.logger.error({ err: error }, 'The TLS certificate on disk is not usable; keeping the previous one');
    }
  }

  close(): void {
    void this.looks.stop();
    process.off('SIGHUP', this.onHangUp);
    this.listeners.clear();
  }

  addCaCertificateListener(listener: CaListener): void {
    this.relay(listener, ({ ca }) => listener(ca === null ? null : { caCertificate: ca }));
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.unrelay(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.relay(listener, ({ cert, key }) => listener({ certificate: cert, privateKey: key }));
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.unrelay(listener);
  }

  private relay(listener: CaListener | IdentityListener, tell: (set: CertificateSet) => void): void {
    this.relays.set(listener, tell);
    this.listeners.add(tell);
    process.nextTick(() => tell(this.set));
  }

  private unrelay(listener: CaListener | IdentityListener): void {
    const tell = this.relays.get(listener);
    if (tell) this.listeners.delete(tell);
    this.relays.delete(listener);
  }
}

/** Reads and validates a set. Errors: an `Error` that names the file and its fault. */
export function readCertificates({ certFile, keyFile, caFile }: TlsFiles): CertificateSet {
  const cert = read(certFile, 'certificate');
  const key = read(keyFile, 'private key');
  const ca = caFile === null ? null : read(caFile, 'authorities');
  const leaf = parsed(certFile, 'PEM certificate', () => new X509Certificate(cert));
  const privateKey = parsed(keyFile, 'PEM private key', () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) throw new Error(`The key in ${keyFile} does not match ${certFile}.`);
  const now = Date.now();
  if (now > leaf.validToDate.getTime()) throw new Error(`The certificate in ${certFile} has expired.`);
  if (now < leaf.validFromDate.getTime()) throw new Error(`The certificate in ${certFile} is not valid yet.`);
  if (ca !== null && caFile !== null) parsed(caFile, 'PEM certificate', () => new X509Certificate(ca));
  // Lets TLS itself validate the whole chain.
  parsed(certFile, 'usable certificate', () => createSecureContext({ cert, key, ...(ca === null ? {} : { ca }) }));
  return { cert, key, ca };
}

function read(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`The TLS ${what} file ${file} cannot be read (${code}).`, { cause });
  }
}

function parsed<T>(file: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`${file} does not contain a ${what}.`, { cause });
  }
}

function expiryOf({ cert }: CertificateSet): number {
  return new X509Certificate(cert).validToDate.getTime();
}

function isSame(a: CertificateSet, b: CertificateSet): boolean {
  return a.cert.equals(b.cert) && a.key.equals(b.key) && (a.ca?.equals(b.ca ?? Buffer.alloc(0)) ?? b.ca === null);
}
