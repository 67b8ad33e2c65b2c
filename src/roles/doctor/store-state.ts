import type { Database } from '../../kernel/database/database';
import { openDatabase } from '../../kernel/database/open-database';
import { databaseErrorCode } from '../../kernel/database/database-errors';
import type { DatabaseConfig } from '../../kernel/database/database.config';
import { lookUpEmbedded } from '../../kernel/database/embedded/look-up';
import { readStoreFacts, type StoreFacts } from '../../kernel/database/store-facts';
import { errorMessage } from './error-message';

/** A store that answers. */
export interface OpenStore {
  readonly state: 'open';
  /** Its location, without a password. */
  readonly place: string;
  readonly appUrl: string;
  readonly facts: StoreFacts;
  readonly database: Database;
  close(): Promise<void>;
}

/** `away`: it should answer and does not. `asleep`: an embedded one that is not running. */
export type StoreState =
  | OpenStore
  | { readonly state: 'away' | 'asleep'; readonly place: string; readonly why: string; readonly remedy: string };

const CONNECT_MS = 3_000;
const STATEMENT_MS = 3_000;
const CLOSE_MS = 500;

/** Opens the store that the settings name, or returns why not. An embedded server is found, never started. */
export async function openStoreReadOnly({ DATABASE_URL, DATA_DIR }: DatabaseConfig): Promise<StoreState> {
  if (DATABASE_URL !== null) return connect(DATABASE_URL.reveal(), placeOf(DATABASE_URL.reveal()));
  const place = `embedded in ${DATA_DIR}`;
  try {
    const found = await lookUpEmbedded(DATA_DIR);
    switch (found.state) {
      case 'absent':
        return asleep(place, 'there is none yet', 'The first "npm start" makes it; or set DATABASE_URL.');
      case 'damaged':
        return { state: 'away', place, why: found.why, remedy: 'Restore them, or choose an empty DATA_DIR.' };
      case 'stopped':
        return asleep(place, `PostgreSQL ${found.majorVersion} is not running`, '"npm start" starts it.');
      case 'starting':
        return asleep(place, 'it is starting, or stopping', 'Ask again in a moment; see postgres.log in DATA_DIR.');
      case 'running':
        return await connect(found.appUrl, `${place}, ${placeOf(found.appUrl)}`);
    }
  } catch (error) {
    return {
      state: 'away',
      place,
      why: errorMessage(error),
      remedy: 'Run the doctor as the user who runs the platform.',
    };
  }
}

function asleep(place: string, why: string, remedy: string): StoreState {
  return { state: 'asleep', place, why, remedy };
}

async function connect(appUrl: string, place: string): Promise<StoreState> {
  let database: Database | null = null;
  const close = async (): Promise<void> => {
    await Promise.race([database?.close(), late(CLOSE_MS)]);
  };
  try {
    database = await openDatabase(appUrl, {
      max: 4,
      application_name: 'coresdk-doctor',
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      query_timeout: STATEMENT_MS,
    });
    return { state: 'open', place, appUrl, database, facts: await readStoreFacts(database), close };
  } catch (error) {
    await close().catch(() => undefined);
    return { state: 'away', place, ...explainConnection(error) };
  }
}

function late(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

const CAUSES: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'Start PostgreSQL, or correct DATABASE_URL.'],
  ENOTFOUND: ['its host name is not known', 'Correct the host in DATABASE_URL, or the name server.'],
  EAI_AGAIN: ['its host name cannot be looked up', 'See whether the name server answers.'],
  EHOSTUNREACH: ['there is no way to its host', 'See to the network between here and the database.'],
  '28P01': ['it refuses the password', 'Correct the password in DATABASE_URL.'],
  '28000': ['it refuses the role, or this machine', 'Let coresdk_app in by pg_hba.conf, or correct DATABASE_URL.'],
  '3D000': ['there is no such database', 'Create it. See "PostgreSQL" in docs/guides/production.md.'],
  '42501': ['it does not let the role in', 'Give coresdk_app the right CONNECT on the database.'],
  '53300': ['all its connections are taken', 'Raise max_connections, or lower DATABASE_POOL_SIZE.'],
  '57P03': ['it is starting or shutting down', 'Ask again in a moment.'],
};

/** Explains a failed connection to the operator. Never repeats a URL. */
export function explainConnection(error: unknown): { readonly why: string; readonly remedy: string } {
  // The error translated by Nest keeps the driver's error as its cause.
  const driver = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const [why, remedy] = CAUSES[databaseErrorCode(driver)] ?? [];
  if (why !== undefined && remedy !== undefined) return { why, remedy };
  if (/timeout|terminated/i.test(errorMessage(driver))) {
    return { why: 'it does not answer in time', remedy: 'See whether the server hangs, or a firewall drops packets.' };
  }
  return { why: errorMessage(driver), remedy: 'See the log of the database server.' };
}

/** Returns `role@host:port/database` of a URL. */
function placeOf(url: string): string {
  const { username, host, pathname } = new URL(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
