import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readiness } from '../../../src/kernel/health/readiness';
import type { RestSurface } from '../../../src/kernel/http/rest-surface';
import { newId } from '../../../src/kernel/ids/ids';
import { createBackendSurface } from '../../../src/roles/backend/backend.surface';
import { createControlPlaneSurface } from '../../../src/roles/control-plane/control-plane.surface';
import { localForwarder } from '../../../src/roles/http/control-plane-forwarder';
import { openAllCore, type TestCore } from '../test-core';
import { createTestDatabase, type TestDatabase } from '../test-database';
import { StatementWatch } from './statements';

export type Surface = 'backend' | 'control-plane';

/** A complete request. */
export interface WallsRequest {
  readonly surface: Surface;
  readonly method: string;
  /** Includes the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WallsAnswer {
  readonly requestId: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Both REST surfaces over one core in this process, as in `ROLE=all`, with every statement recorded. */
export interface WallsWorld {
  readonly database: TestDatabase;
  readonly core: TestCore;
  readonly statements: StatementWatch;
  readonly serviceToken: string;
  readonly send: (request: WallsRequest) => Promise<WallsAnswer>;
  readonly close: () => Promise<void>;
}

export async function openWallsWorld(): Promise<WallsWorld> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'coresdk-walls-'));
  const statements = new StatementWatch();
  const core = await openAllCore(database, {
    FILES_URL: `file://${folder}`,
    LIMIT_PER_ADDRESS: '0',
    LIMIT_PER_CLIENT: '0',
    // A request must not wait for a connection, because its statements would then be attributed to another request.
    DATABASE_POOL_SIZE: '30',
  });
  const { context, logger, settings } = core;
  const { CONTROL_PLANE_TOKEN: serviceToken } = settings.role;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  const trustedProxies = new Set<string>();
  const common = { readiness: new Readiness(), logger, trustedProxies };
  const controlPlane = await createControlPlaneSurface(context, { ...common, serviceToken });
  const backend = await createBackendSurface(context, {
    ...common,
    controlPlane: localForwarder(controlPlane.listener),
  });
  const ports = { backend: await listen(backend, statements), 'control-plane': await listen(controlPlane, statements) };
  const agent = new Agent({ keepAlive: true });
  return {
    ...{ database, core, statements },
    serviceToken: serviceToken.reveal(),
    send: (request) => send(agent, ports[request.surface], request),
    async close() {
      agent.destroy();
      await backend.close();
      await controlPlane.close();
      await core.close();
      statements.restore();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen({ app }: RestSurface, statements: StatementWatch): Promise<number> {
  await app.listen(0, '127.0.0.1');
  statements.follow(app.getHttpServer());
  return Number(new URL(await app.getUrl()).port);
}

function send(agent: Agent, port: number, { method, target, headers, body }: WallsRequest): Promise<WallsAnswer> {
  const requestId = newId('req');
  const length =
    body === '' && (method === 'GET' || method === 'HEAD') ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        ...{ host: '127.0.0.1', port, method, agent, path: target },
        // With this header, a streaming endpoint responds with a page.
        headers: { 'x-request-id': requestId, accept: 'application/json', ...headers, ...length },
        timeout: 60_000,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: given } = response;
          resolve({ requestId, status, headers: given, text: Buffer.concat(chunks).toString() });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`No response: ${method} ${target}`)));
    request.on('error', reject);
    request.end(body);
  });
}
