import { hash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../api/refusal';
import { CommandFault } from '../command';
import { SecretsFile } from '../configuration/apply/secrets-file';
import type { MovingApp } from './keycloak/client';
import type { Notes } from './notes';
import type { PatientClient } from './patient-client';

const PATH = '/v1/oauth/apps';
/** Statuses with which the platform refuses one app, but not the caller. */
const APP_REFUSED: ReadonlySet<number> = new Set([400, 409, 422]);

const shownApp = z.object({ client_id: z.string(), name: z.string() });
const createdApp = shownApp.extend({ client_secret: z.string().optional() });

/** A created app, and the client ID that its configuration needs. */
interface CreatedApp {
  readonly app: string;
  readonly clientId: string;
}

export interface AppMove {
  readonly client: PatientClient;
  readonly tenant: string;
  readonly isDryRun: boolean;
  /** The file for new secrets; omitted if the caller named none. */
  readonly secretsOut: string | undefined;
  readonly notes: Notes;
}

/** The outcome for all apps. */
export interface MovedApps {
  /** In a dry run, the number of apps to create. */
  readonly created: number;
  readonly existing: number;
  readonly apps: readonly CreatedApp[];
}

/** Creates the apps whose names do not exist. Errors: `CommandFault` if the platform would make secrets that no file receives. */
export async function moveApps(moving: readonly MovingApp[], move: AppMove): Promise<MovedApps> {
  if (moving.length === 0) return { created: 0, existing: 0, apps: [] };
  const names = new Set<string>();
  await move.client.forEach(shownApp, PATH, ({ name }) => names.add(name));
  const missing = moving.filter(({ name }) => !names.has(name));
  const existing = moving.length - missing.length;
  if (move.isDryRun) return { created: missing.length, existing, apps: [] };
  const withSecret = missing.filter(getsSecret);
  if (withSecret.length > 0 && move.secretsOut === undefined) {
    throw new CommandFault(
      `The platform makes secrets for ${withSecret.length} apps, and shows them only once. Say where to store them: --secrets-out <file>`,
    );
  }
  const apps = await createAll(missing, move);
  return { created: apps.length, existing, apps };
}

async function createAll(missing: readonly MovingApp[], move: AppMove): Promise<readonly CreatedApp[]> {
  const { tenant, secretsOut } = move;
  const secrets = secretsOut === undefined || !missing.some(getsSecret) ? null : await SecretsFile.open(secretsOut);
  const run = randomUUID();
  const created: CreatedApp[] = [];
  try {
    for (const app of missing) {
      const made = await create(app, run, move);
      if (made === null) continue;
      const { client_id: clientId, client_secret: secret } = made;
      const written = { client_id: clientId, client_secret: secret };
      if (secret !== undefined) await secrets?.write({ tenant, section: 'apps', key: app.name }, written);
      created.push({ app: app.name, clientId });
    }
  } finally {
    await secrets?.close();
  }
  return created;
}

async function create(
  app: MovingApp,
  run: string,
  { client, notes }: AppMove,
): Promise<z.infer<typeof createdApp> | null> {
  // A repetition after a lost response returns the same secret.
  const headers = { 'idempotency-key': hash('sha256', JSON.stringify([run, app.name]), 'hex') };
  try {
    return await client.send(createdApp, 'POST', PATH, { json: app, headers });
  } catch (error) {
    if (!(error instanceof Refusal) || !APP_REFUSED.has(error.status)) throw error;
    notes.notMoved('client', app.name, error.message);
    return null;
  }
}

function getsSecret({ token_endpoint_auth_method: method }: MovingApp): boolean {
  return method === 'client_secret_basic';
}
