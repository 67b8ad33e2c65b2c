import type { Database } from '../../kernel/database/database';
import { openDatabase } from '../../kernel/database/open-database';
import { databaseErrorCode } from '../../kernel/database/database-errors';
import type { DatabaseConfig } from '../../kernel/database/database.config';
import { lookUpEmbedded } from '../../kernel/database/embedded/look-up';
import { readStoreFacts, type StoreFacts } from '../../kernel/database/store-facts';
import { errorMessage } from './error-message';

/** A store that responds. */
export interface OpenStore {
  readonly state: 'open';
  /** Its location, without a password. */
  readonly place: string;
  readonly appUrl: string;
  readonly facts: StoreFacts;
  readonly database: Database;
  close(): Promise<void>;
}

/** `away`: the store should respond but does not. `asleep`: an embedded store that is not running. */
export type StoreState =
  | OpenStore
  | { readonly state: 'away' | 'asleep'; readonly place: string; readonly why: string; readonly remedy: string };

const CONNECT_MS = 3_000;
const STATEMENT_MS = 3_000;
const CLOSE_MS = 500;

/** Opens the store in the settings, or returns the reason why it cannot be opened. Finds an embedded server, and never starts one. */
export async function openStoreReadOnly({ DATABASE_URL, DATA_DIR }: DatabaseConfig): Promise<StoreState> {
  if (DATABASE_URL !== null) return connect(DATABASE_URL.reveal(), placeOf(DATABASE_URL.reveal()));
  const place = `embedded in ${DATA_DIR}`;
  try {
    const found = await lookUpEmbedded(DATA_DIR);
    switch (found.state) {
      case 'absent':
        return asleep(place, 'it does not exist yet', 'The first "npm start" creates it; or set DATABASE_URL.');
      case 'damaged':
        return { state: 'away', place, why: found.why, remedy: 'Restore them, or choose an empty DATA_DIR.' };
      case 'stopped':
        return asleep(place, `PostgreSQL ${found.majorVersion} is not running`, '"npm start" starts it.');
      case 'starting':
        return asleep(place, 'it is starting or stopping', 'Try again in a moment; see postgres.log in DATA_DIR.');
      case 'running':
        return await connect(found.appUrl, `${place}, ${placeOf(found.appUrl)}`);
    }
  } catch (error) {
    return {
      state: 'away',
      place,
      why: errorMessage(error),
      remedy: 'Run the doctor as the user that runs the platform.',
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
  ENOTFOUND: ['its host name is unknown', 'Correct the host in DATABASE_URL, or the name server.'],
  EAI_AGAIN: ['its host name cannot be looked up', 'Check whether the name server responds.'],
  EHOSTUNREACH: ['its host is unreachable', 'Check the network between this machine and the database.'],
  '28P01': ['it refuses the password', 'Correct the password in DATABASE_URL.'],
  '28000': ['it refuses the role, or this machine', 'Allow coresdk_app in pg_hba.conf, or correct DATABASE_URL.'],
  '3D000': ['the database does not exist', 'Create it. See "PostgreSQL" in docs/guides/production.md.'],
  '42501': ['it denies access to the role', 'Grant CONNECT on the database to coresdk_app.'],
  '53300': ['all its connections are in use', 'Raise max_connections, or lower DATABASE_POOL_SIZE.'],
  '57P03': ['it is starting or shutting down', 'Try again in a moment.'],
};

/** Explains a failed connection to the operator. Never repeats a URL. */
export function explainConnection(error: unknown): { readonly why: string; readonly remedy: string } {
  // The error translated by Nest keeps the driver's error as its cause.
  const driver = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const [why, remedy] = CAUSES[databaseErrorCode(driver)] ?? [];
  if (why !== undefined && remedy !== undefined) return { why, remedy };
  if (/timeout|terminated/i.test(errorMessage(driver))) {
    return { why: 'it does not respond in time', remedy: 'Check the server, and firewalls that drop packets.' };
  }
  return { why: errorMessage(driver), remedy: 'See the log of the database server.' };
}

/** Returns a URL as `role@host:port/database`. */
function placeOf(url: string): string {
  const { username, host, pathname } = new URL(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
