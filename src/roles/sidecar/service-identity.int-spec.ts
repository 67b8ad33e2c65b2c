import { once } from 'node:events';
import { chmodSync, existsSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Client, credentials, Metadata, type ServiceDefinition, type UntypedHandleCall } from '@grpc/grpc-js';
import { Counter } from 'prom-client';
import { CertificateAuthority, type Issued } from '../../../test/support/certificate-authority';
import { eventually } from '../../../test/support/eventually';
import { freePorts } from '../../../test/support/free-ports';
import { AppError } from '../../kernel/errors/app-error';
import { Certificates } from '../../kernel/grpc/certificates';
import { type ServiceCaller, ServiceCallers } from '../../kernel/grpc/service-caller';
import { createLogger } from '../../kernel/telemetry/logger';
import type { GrpcListener } from '../../kernel/grpc/server/grpc-listener';
import { newGrpcServer } from '../../kernel/grpc/server/grpc-server';
import { listenAt } from '../../kernel/grpc/server/listen-at';

const logger = createLogger('silent', 'test');
const same = (bytes: Buffer): Buffer => bytes;
const PATH = '/test.Who/Am';
const DEFINITION: ServiceDefinition = {
  Am: {
    path: PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
};

const PAST = new Date('2020-01-02T00:00:00Z');

let authority: CertificateAuthority;
let server: Issued;
let cleanUp: (() => void)[] = [];

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  server = await authority.server();
});
afterEach(() => {
  for (const step of cleanUp.reverse()) step();
  cleanUp = [];
});
afterAll(() => authority.remove());

const NO_LIST: ReadonlyMap<string, readonly string[]> = new Map();
const LIST: ReadonlyMap<string, readonly string[]> = new Map([
  ['spiffe://acme/billing', ['acme']],
  ['billing.acme', ['acme']],
  ['reports.globex', ['globex']],
  ['backend', ['*']],
]);

const METRICS = {
  messagesNotTaken: new Counter({ name: 'not_taken', help: 'not taken', labelNames: ['reason'], registers: [] }),
  failedHandshakes: new Counter({ name: 'handshakes', help: 'handshakes', registers: [] }),
};

/** Opens a server that returns the caller's identity; a request is the number of milliseconds that the call takes. */
async function open(
  address: string,
  certificates: Certificates | null,
  bound = NO_LIST,
): Promise<readonly GrpcListener[]> {
  const callers = new ServiceCallers({ CORESDK_SERVICE_TOKEN: null, CORESDK_TENANT_ID: null }, bound);
  const grpc = newGrpcServer();
  const answer: UntypedHandleCall = (
    call: { metadata: Metadata; request: Buffer },
    respond: (error: null, answer: Buffer) => void,
  ) => {
    const caller = callers.isService(call.metadata) ? requireOf(callers, call.metadata) : null;
    setTimeout(() => respond(null, Buffer.from(JSON.stringify(caller))), Number(call.request.toString()));
  };
  grpc.addService(DEFINITION, { Am: answer });
  const listeners = await listenAt({ addresses: [address], certificates, logger, metrics: METRICS }, grpc);
  cleanUp.push(() => {
    for (const listener of listeners) listener.stopAccepting();
    grpc.forceShutdown();
    for (const listener of listeners) listener.destroy();
  });
  return listeners;
}

/** Returns the caller, or the code of the refusal. */
function requireOf(callers: ServiceCallers, metadata: Metadata): ServiceCaller | { readonly refused: string } {
  try {
    return callers.require(metadata);
  } catch (error) {
    if (error instanceof AppError) return { refused: error.code };
    throw error;
  }
}

function certificatesOf(files: Pick<Issued, 'certFile' | 'keyFile'>, caFile: string | null = authority.caFile) {
  const certificates = new Certificates({ ...files, caFile }, logger, 20);
  cleanUp.push(() => certificates.close());
  return certificates;
}

async function openSecurely(certificates: Certificates, bound = NO_LIST): Promise<string> {
  const [port] = await freePorts(1);
  await open(`127.0.0.1:${port}`, certificates, bound);
  return `127.0.0.1:${port}`;
}

function clientOf(address: string, own: Issued | null, headers: Readonly<Record<string, string>> = {}) {
  const [ca, key, cert] = [authority.caFile, own?.key ?? null, own?.cert ?? null];
  const secure = credentials.createSsl(Buffer.from(readCa(ca)), key, cert);
  const isSocket = address.startsWith('unix:');
  const client = new Client(address, isSocket ? credentials.createInsecure() : secure, {
    'grpc.use_local_subchannel_pool': 1,
  });
  cleanUp.push(() => client.close());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return (ms = 0): Promise<ServiceCaller | null> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + 3_000;
      client.makeUnaryRequest(PATH, same, same, Buffer.from(String(ms)), metadata, { deadline }, (error, bytes) => {
        if (error) reject(error);
        else resolve(JSON.parse(String(bytes)) as ServiceCaller | null);
      });
    });
}

function readCa(file: string): string {
  return readFileSync(file, 'utf8');
}

describe('a caller with a trusted certificate', () => {
  it.each([
    [['DNS:reports.internal', 'DNS:other'], 'reports.internal'],
    [['DNS:other', 'URI:spiffe://acme/billing'], 'spiffe://acme/billing'],
    [[], 'by-common-name'],
  ])(
    'is the service that %s names, whatever it calls itself, and acts for every tenant if no list is configured',
    async (alternatives, name) => {
      const address = await openSecurely(certificatesOf(server));
      const who = clientOf(address, await authority.issue('by-common-name', alternatives), {
        'x-service-name': 'backend',
      });
      expect(await who()).toMatchObject({ name, onlyTenant: null, expiresAtMs: expect.any(Number) });
    },
  );

  it.each([
    ['the second URI', ['URI:spiffe://acme/other', 'URI:spiffe://acme/billing'], { onlyTenant: 'acme' }],
    ['a DNS name next to a URI', ['URI:spiffe://acme/other', 'DNS:billing.acme'], { onlyTenant: 'acme' }],
    ['the second DNS name', ['DNS:other', 'DNS:billing.acme'], { onlyTenant: 'acme' }],
    ['two names of one tenant', ['DNS:billing.acme', 'URI:spiffe://acme/billing'], { onlyTenant: 'acme' }],
    ['its common name, without other names', [], { name: 'backend', onlyTenant: null }],
    ['names of two tenants', ['DNS:billing.acme', 'DNS:reports.globex'], { refused: 'unauthorized' }],
    ['no name in the list', ['DNS:other', 'URI:spiffe://acme/other'], { refused: 'unauthorized' }],
    ['its common name, next to other names', ['DNS:other'], { refused: 'unauthorized' }],
  ])('is matched with the list of tenants by %s', async (_by, alternatives, expected) => {
    const address = await openSecurely(certificatesOf(server), LIST);
    const who = clientOf(address, await authority.issue('backend', alternatives));
    expect(await who()).toMatchObject(expected);
  });

  it('does not get a response if the certificate does not name a service', async () => {
    const address = await openSecurely(certificatesOf(server));
    for (const nameless of [await authority.issue('two words'), await authority.issue('billing', ['IP:127.0.0.1'])]) {
      await expect(clientOf(address, nameless)()).rejects.toThrow();
    }
  });

  it('cannot pose as another service with a name that contains the separator', async () => {
    const address = await openSecurely(certificatesOf(server));
    const sly = await authority.issue('sly', ['DNS:a, URI:spiffe://acme/billing']);
    await expect(clientOf(address, sly)()).rejects.toThrow();
  });
});

describe('a connection is refused', () => {
  it('without a certificate, with a certificate from another authority, or with an expired certificate', async () => {
    const address = await openSecurely(certificatesOf(server));
    const stranger = await CertificateAuthority.create('Stranger');
    cleanUp.push(() => stranger.remove());
    const expired = await authority.issue('billing', [], PAST);
    for (const own of [null, await stranger.issue('billing'), expired]) {
      await expect(clientOf(address, own)()).rejects.toThrow();
    }
    expect(await clientOf(address, await authority.issue('billing'))()).toMatchObject({ name: 'billing' });
  });

  it('below TLS 1.3', async () => {
    const address = await openSecurely(certificatesOf(server));
    const own = await authority.issue('billing');
    const options = { port: Number(address.split(':')[1]), host: '127.0.0.1', ca: readCa(authority.caFile) };
    const old = connectTls({ ...options, cert: own.cert, key: own.key, maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] });
    const [fault] = (await once(old, 'error')) as [NodeJS.ErrnoException];
    expect(fault.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });
});

describe('a server with only its own certificate', () => {
  it('accepts every caller, but treats none of them as a service', async () => {
    const address = await openSecurely(certificatesOf(server, null));
    expect(await clientOf(address, null)()).toBeNull();
    expect(await clientOf(address, await authority.issue('billing'))()).toBeNull();
  });
});

describe('certificate files that change', () => {
  function replaceable() {
    const folder = mkdtempSync(join(tmpdir(), 'coresdk-tls-'));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    const put = ({ cert, key }: Pick<Issued, 'cert' | 'key'>): void => {
      writeFileSync(files.certFile, cert);
      writeFileSync(files.keyFile, key);
    };
    put(server);
    return { files, put };
  }

  /** Returns the serial number that a new connection sees. */
  async function serialAt(address: string): Promise<string> {
    const own = await authority.issue('looker');
    const [host = '', port] = address.split(':');
    const ca = readCa(authority.caFile);
    const socket = connectTls({ host, port: Number(port), ca, cert: own.cert, key: own.key, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  }

  it('are used for new connections, while running calls and open connections continue', async () => {
    const { files, put } = replaceable();
    const address = await openSecurely(certificatesOf(files));
    const before = await serialAt(address);
    const who = clientOf(address, await authority.issue('billing'));
    await who();
    const inFlight = who(500);
    put(await authority.server());
    await eventually(async () => expect(await serialAt(address)).not.toBe(before));
    expect(await inFlight).toMatchObject({ name: 'billing' });
    expect(await who()).toMatchObject({ name: 'billing' });
  });

  it.each<[string, () => Promise<Pick<Issued, 'cert' | 'key'>>, RegExp]>([
    [
      'broken',
      () => Promise.resolve({ cert: Buffer.from('no certificate'), key: Buffer.from('') }),
      /does not contain a PEM certificate/,
    ],
    ['of two pairs', async () => ({ cert: (await authority.server()).cert, key: server.key }), /does not match/],
    ['expired', () => authority.issue('sidecar', [], PAST), /has expired/],
  ])('are not used if they are %s: the previous files stay in use, and this is logged', async (_what, next, words) => {
    const { files, put } = replaceable();
    const certificates = certificatesOf(files);
    const address = await openSecurely(certificates);
    const before = await serialAt(address);
    put(await next());
    await eventually(() => expect(certificates.fault()).toMatch(words));
    expect(certificates.missing()).toBeNull();
    expect(await serialAt(address)).toBe(before);
    put(await authority.server());
    await eventually(() => expect(certificates.fault()).toBeNull());
    expect(await serialAt(address)).not.toBe(before);
  });

  it('are reloaded on SIGHUP', async () => {
    const { files, put } = replaceable();
    const certificates = new Certificates({ ...files, caFile: authority.caFile }, logger, 3_600_000);
    cleanUp.push(() => certificates.close());
    const next = await authority.server();
    put(next);
    expect(certificates.current.cert).toEqual(server.cert);
    process.emit('SIGHUP');
    expect(certificates.current.cert).toEqual(next.cert);
  });

  it('prevent the process from starting if they are invalid at startup', () => {
    const files = { certFile: '/nowhere/tls.crt', keyFile: server.keyFile };
    expect(() => certificatesOf(files)).toThrow(/\/nowhere\/tls.crt cannot be read \(ENOENT\)/);
  });
});

describe('a Unix socket', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coresdk-socket-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  });

  it('is accessible only to its owner, does not authenticate services, and is removed at shutdown', async () => {
    const file = join(folder, 'sidecar.sock');
    const [listener] = await open(`unix:${file}`, null);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await clientOf(`unix:${file}`, null)()).toBeNull();
    listener?.stopAccepting();
    expect(existsSync(file)).toBe(false);
  });

  it('replaces a socket that a process left behind, but not an active socket', async () => {
    const file = join(folder, 'sidecar.sock');
    const left = createServer().listen(file);
    await once(left, 'listening');
    await expect(open(`unix:${file}`, null)).rejects.toThrow(/A different process listens/);
    // Closed without removing the file, as after kill -9.
    const kept = join(folder, 'kept.sock');
    linkSync(file, kept);
    left.close();
    await open(`unix:${kept}`, null);
    expect(await clientOf(`unix:${kept}`, null)()).toBeNull();
  });

  it('is refused where others could replace it, or where another file exists', async () => {
    const file = join(folder, 'sidecar.sock');
    writeFileSync(file, 'mine');
    await expect(open(`unix:${file}`, null)).rejects.toThrow(/exists but is not a socket/);
    chmodSync(folder, 0o777);
    await expect(open(`unix:${join(folder, 'other.sock')}`, null)).rejects.toThrow(/Other users can write/);
  });
});
