import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { status as Grpc } from '@grpc/grpc-js';
import { grpcConfig } from '../../src/kernel/grpc/grpc.config';
import type { ValidateTokenResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { loadPackageDefinition } from '../../src/kernel/grpc/package-definition';
import { createSidecarSurface } from '../../src/roles/sidecar/sidecar.surface';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { GrpcClient } from '../support/grpc-client';
import { http2Call } from '../support/http2-call';
import { Http2Connection, type Http2Upload } from '../support/http2-upload';
import { activateBundle } from '../support/policy-bundle';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { makeTenant } from '../support/two-tenants';

const VALIDATE = '/coresdk.v1.AuthService/ValidateToken';
const REFLECTION = [1, 'alpha'].map(
  (version) => `/grpc.reflection.v1${version === 1 ? '' : version}.ServerReflection/ServerReflectionInfo`,
);

let database: TestDatabase;
let core: TestCore;
let cleanUp: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
});
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});
afterAll(async () => {
  await core.close();
  await database.drop();
});

async function open(reflection = false): Promise<{ address: string; close(): Promise<void> }> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const surface = reflection
    ? await createSidecarSurface(core.context, {
        logger: core.logger,
        grpc: core.settings.of(grpcConfig),
        addresses: [address],
        certificates: null,
        tenantsOfServices: new Map(),
        reflection,
      })
    : await openSidecarSurface(core);
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= surface.close());
  cleanUp.push(close);
  return { address: 'address' in surface ? surface.address : address, close };
}

function connect(address: string): Http2Connection {
  const connection = new Http2Connection(address);
  cleanUp.push(() => connection.close());
  return connection;
}

function clientOf(address: string): GrpcClient {
  const client = new GrpcClient(address, SERVICE_TOKEN);
  cleanUp.push(() => client.close());
  return client;
}

const send = (upload: Http2Upload, message: Uint8Array): Http2Upload =>
  upload.announce(message.length).write(message).end();

describe('keepalive', () => {
  it('allows rapid pings without a call, and keeps the connection open', async () => {
    const { address } = await open();
    const connection = connect(address);
    await once(connection.session, 'connect');
    for (let ping = 0; ping < 300; ping++) {
      await connection.ping();
      await sleep(2);
    }
    await Promise.all(Array.from({ length: 8 }, () => connection.ping()));
    expect(connection.goaway).toBeNull();
    expect((await send(connection.open(VALIDATE), new Uint8Array()).answer).status).toBe(Grpc.OK);
  });
});

describe('grpc.health.v1', () => {
  const check = (on: Http2Connection, service: string, method = 'Check'): Http2Upload =>
    send(
      on.open(`/grpc.health.v1.Health/${method}`),
      Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)]),
    );
  const services = Object.entries(loadPackageDefinition()).flatMap(([name, entry]) =>
    'format' in entry ? [] : [name],
  );
  const [SERVING, NOT_SERVING] = [1, 2];

  it('reports each service that it serves as SERVING, and no others', async () => {
    const connection = connect((await open()).address);
    expect(services.length).toBeGreaterThan(12);
    for (const service of ['', ...services]) {
      const { status, message } = await check(connection, service).answer;
      expect([service, status, message[1]]).toEqual([service, Grpc.OK, SERVING]);
    }
    expect((await check(connection, 'coresdk.v1.NoService').answer).status).toBe(Grpc.NOT_FOUND);
  });

  it('notifies watchers when a service stops serving', async () => {
    const surface = await open();
    const connection = connect(surface.address);
    const seen = new Map<string, number[]>();
    for (const service of ['', 'coresdk.v1.AuthService', 'coresdk.v1.PolicyService']) {
      const statuses: number[] = [];
      seen.set(service, statuses);
      check(connection, service, 'Watch').stream.on('data', (chunk: Buffer) => {
        for (let at = 0; at + 5 <= chunk.length; at += 5 + chunk.readUInt32BE(at + 1))
          statuses.push(chunk[at + 6] ?? 0);
      });
    }
    await eventually(() => expect([...seen.values()]).toEqual([[SERVING], [SERVING], [SERVING]]));
    const closed = surface.close();
    const both = [SERVING, NOT_SERVING];
    await eventually(() => expect([...seen.values()]).toEqual([both, both, both]));
    connection.close();
    await closed;
  });
});

describe('reflection', () => {
  it.each(REFLECTION)('is off by default: %s', async (path) => {
    const { status } = await send(connect((await open()).address).open(path), new Uint8Array()).answer;
    expect(status).toBe(Grpc.UNIMPLEMENTED);
  });

  it.each(REFLECTION)('lists the services in development: %s', async (path) => {
    const connection = connect((await open(true)).address);
    // ServerReflectionRequest.list_services = 7.
    const { status, message } = await send(connection.open(path), Buffer.from([0x3a, 1, 0x2a])).answer;
    expect([status, message.toString('latin1')]).toEqual([Grpc.OK, expect.stringContaining('coresdk.v1.AuthService')]);
  });
});

it('responses are not compressed, whatever the client accepts', async () => {
  const { address } = await open();
  const { headers, body, status } = await http2Call(address, VALIDATE, new Uint8Array(), {
    'grpc-accept-encoding': 'gzip,deflate,identity',
    'accept-encoding': 'gzip',
  });
  expect([status, body[0], headers['grpc-encoding']]).toEqual([Grpc.OK, 0, 'identity']);
  expect(body.readUInt32BE(1)).toBe(body.length - 5);
});

describe('an abandoned call', () => {
  const slow = `package slow
xs := numbers.range(1, 3000)
allow if every a in xs { every b in xs { every c in xs { a + b + c > 0 } } }`;

  it.each(['times out', 'is cancelled'])('doesn’t delay other calls when it %s', async (how) => {
    const tenant = await makeTenant(core, how.replaceAll(' ', '-'));
    await activateBundle(database.adminUrl, tenant.id, { modules: { 'main.rego': slow } });
    await core.feed.catchUp();
    const { address } = await open();
    const message = evaluateRequest(tenant.id);
    const connection = connect(address);
    const timeout = how === 'times out' ? { 'grpc-timeout': '200m' } : {};
    const calls = Array.from({ length: 10 }, () =>
      send(
        connection.open('/coresdk.v1.PolicyService/Evaluate', { 'x-service-token': SERVICE_TOKEN, ...timeout }),
        message,
      ),
    );
    if (how === 'is cancelled') for (const { stream } of calls) setImmediate(() => stream.close(8));
    const valid = await clientOf(address).call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token: 'x' });
    expect(valid.valid).toBe(false);
    for (const { answer } of calls) {
      const { status, message: bytes } = await answer;
      // No call is allowed: the response is a denial, or comes from the transport.
      if (status === Grpc.OK) expect(evaluated(bytes).result).toBe(false);
    }
  });
});

const evaluateMethod = () => {
  const service = loadPackageDefinition()['coresdk.v1.PolicyService'];
  const method = service && !('format' in service) ? service['Evaluate'] : undefined;
  if (!method) throw new Error('There is no Evaluate RPC.');
  return method;
};

const evaluateRequest = (tenantId: string): Buffer =>
  evaluateMethod().requestSerialize({ tenant: { tenantId }, rule: 'data.slow.allow', inputJson: '{}' });

const evaluated = (bytes: Buffer): { result?: boolean } => evaluateMethod().responseDeserialize(bytes);
