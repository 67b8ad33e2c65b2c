import { status as Grpc } from '@grpc/grpc-js';
import { ALL_RPCS, GrpcClient } from '../support/grpc-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

/** The number of bodies for each path; more than 10,000 in total for all paths of the contract. */
const BODIES = 250;
const AT_ONCE = 50;
/** Unary RPCs whose errors are gRPC errors according to the contract, or that do not make a decision. */
const ERRORS =
  /^(JobService\/|AuthService\/GetJwks|SecretsService\/ResolveSecret|AuditService\/(QueryAudit|EmitAuthEvent|Emit$))/;
const CLEAN = [
  Grpc.INVALID_ARGUMENT,
  Grpc.NOT_FOUND,
  Grpc.PERMISSION_DENIED,
  Grpc.UNAUTHENTICATED,
  Grpc.FAILED_PRECONDITION,
  Grpc.UNIMPLEMENTED,
];
/** Fields that approve a request when they are true or not empty. */
const YES = [
  'valid',
  'allowed',
  'success',
  'result',
  'enabled',
  'entitled',
  'isolated',
  'eventId',
  'token',
  'agentToken',
];

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let sidecar: GrpcClient;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  sidecar = new GrpcClient(surface.address, SERVICE_TOKEN);
});

afterAll(async () => {
  sidecar.close();
  await surface.close();
  await core.close();
  await database.drop();
});

/** Returns a generator that yields the same numbers in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Returns random bytes. Every second result begins with the tag and length of a field, so that parsing gets further. */
function body(random: () => number): Buffer {
  const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 48) }, () => Math.floor(random() * 256)));
  if (random() < 0.5) return bytes;
  return Buffer.concat([Buffer.from([1 + Math.floor(random() * 8) * 8 + 1, bytes.length]), bytes]);
}

const paths = ALL_RPCS.filter(({ service }) => service.startsWith('coresdk.v1.')).map(
  ({ service, method, definition }) => [`${service.slice('coresdk.v1.'.length)}/${method}`, definition] as const,
);

it.each(paths)('random bytes are never approved: %s', async (name, { path, responseStream, responseDeserialize }) => {
  const random = seeded(name.length * 7919 + name.charCodeAt(0));
  const decides = !responseStream && !ERRORS.test(name);
  for (let sent = 0; sent < BODIES; sent += AT_ONCE) {
    const bodies = Array.from({ length: AT_ONCE }, () => body(random));
    await Promise.all(
      bodies.map(async (bytes) => {
        if (responseStream) return expect(CLEAN).toContain(await sidecar.stream(path, bytes).ended);
        const { code, bytes: answer } = await sidecar.raw(path, bytes);
        const about = `${name} ${bytes.toString('hex')}`;
        if (!decides) return expect([about, [Grpc.OK, ...CLEAN].includes(code)]).toEqual([about, true]);
        expect([about, code]).toEqual([about, Grpc.OK]);
        const read = responseDeserialize(answer) as Record<string, unknown>;
        const yes = YES.filter((member) => read[member] !== undefined && read[member] !== false && read[member] !== '');
        expect([about, yes]).toEqual([about, []]);
        if (name === 'AuthService/IsRevoked') expect([about, read['revoked']]).toEqual([about, true]);
      }),
    );
  }
});
