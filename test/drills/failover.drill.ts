import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { freePorts } from '../support/free-ports';
import { Installation } from '../support/installation';
import { PostgresPair } from '../support/postgres-pair';
import { RoleProcess } from '../support/role-process';
import { CHANGE_FEED_MAX_AGE_MS, OrdinaryWork, type WorkFigures } from './ordinary-work';

export interface FailoverRounds {
  /** The number of rounds, each with a stop, a crash, and a failover to the standby. */
  readonly failovers: number;
  /** The number of times that the drill ends every connection of the product. */
  readonly terminations: number;
}

export interface FailoverFigures extends WorkFigures {
  readonly connectionsEnded: number;
  /** The longest time until every role was ready and made progress again, after the database accepted connections. */
  readonly slowestReturnMs: number;
}

/**
 * Stops and crashes a database, fails over to its standby and ends connections, while the product creates projects, runs skills,
 * writes events and revokes tokens. Fails if acknowledged work is lost or duplicated, or if a revoked token is accepted.
 */
export async function failoverDrill({ failovers, terminations }: FailoverRounds): Promise<FailoverFigures> {
  const pair = await PostgresPair.open();
  const installation = await Installation.start({
    layout: 'split',
    worker: true,
    database: pair.urls,
    environment: { CHANGE_FEED_MAX_AGE_MS: String(CHANGE_FEED_MAX_AGE_MS) },
  });
  const work = await OrdinaryWork.prepare(installation);
  try {
    const working = work.begin();
    let slowestReturnMs = 0;
    const shaken = async (shake: () => Promise<unknown>): Promise<void> => {
      await work.untilMoved(work.done());
      await shake();
      await work.untilBack();
      slowestReturnMs = Math.max(slowestReturnMs, performance.now() - pair.openedAt);
    };
    let connectionsEnded = 0;
    for (let round = 0; round < terminations; round += 1) {
      await shaken(async () => {
        connectionsEnded += await pair.terminateAll();
      });
    }
    for (let round = 0; round < failovers; round += 1) {
      await shaken(() => pair.restart('SIGINT'));
      await shaken(() => pair.restart('SIGQUIT'));
      await shaken(() => pair.failOver());
    }
    await work.end(working);
    return { ...(await work.proven()), connectionsEnded, slowestReturnMs: Math.round(slowestReturnMs) };
  } finally {
    work.abandon();
    await installation.remove();
    await pair.close();
  }
}

/** Starts two control planes simultaneously on an empty database. @returns the time until both were ready, in milliseconds. */
export async function twoFirstStarts(): Promise<number> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'coresdk-first-')));
  // If the drill runs as root, the server runs as a different user, who needs access to the parent folders.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  const server = await openEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
  const ports = await freePorts(4);
  const secrets = { MASTER_KEY: newSecret(), CONTROL_PLANE_TOKEN: newSecret(), BOOTSTRAP_CLIENT_SECRET: newSecret() };
  const starting = [0, 1].map((index) => {
    const environment = {
      ...secrets,
      ROLE: 'control-plane',
      NODE_ENV: 'test',
      CONTROL_PLANE_PORT: String(ports[index]),
      HEALTH_PORT: String(ports[index + 2]),
      DATABASE_URL: server.appUrl,
      DATABASE_MIGRATION_URL: server.ownerUrl,
    };
    return new RoleProcess(`control-plane-${index + 1}`, environment, folder);
  });
  try {
    const began = performance.now();
    for (const process of starting) process.launch();
    await Promise.all(starting.map((process) => process.untilReady()));
    return Math.round(performance.now() - began);
  } finally {
    await Promise.all(starting.map((process) => process.kill()));
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

const newSecret = (): string => randomBytes(32).toString('base64url');
