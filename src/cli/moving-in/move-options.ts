import { z } from 'zod';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import type { Terminal } from '../command';
import { PatientClient } from './patient-client';

/** Options of both commands. */
export const MOVE_OPTIONS = {
  ...CONNECTION_OPTIONS,
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'default-role': { type: 'string', default: 'member' },
} as const;

export const MOVE_HELP = `  --dry-run             reports everything, and changes nothing
  --json                the report as JSON, with each thing that does not move
${CONNECTION_HELP}`;

export const EXIT_HELP =
  'Exits 0 if everything moves, 2 if something does not move, and 1 on failure. To continue after a failure, repeat it.';

/** The number of things after which a run reports its progress. */
const PROGRESS_STEP = 5_000;

const tenantSchema = z.object({ slug: z.string() });

/** The tenant to which users move: that of the credentials. */
export interface Destination {
  readonly client: PatientClient;
  readonly tenant: string;
}

/** Returns the tenant of the credentials. @param scopes the scopes that an app requests. Errors: `CommandFault`. */
export async function destinationOf(
  values: Parameters<typeof connectionOf>[0],
  scopes: readonly string[],
): Promise<Destination> {
  const client = new PatientClient(new RestClient(connectionOf(values), scopes));
  const { slug } = await client.send(tenantSchema, 'GET', '/v1/tenants/current');
  return { client, tenant: slug };
}

/** Returns a function that reports the number of things so far, for a run that takes minutes. */
export function progressOf(things: string, terminal: Terminal): (count: number) => void {
  let shown = 0;
  return (count) => {
    if (count - shown < PROGRESS_STEP) return;
    shown = count;
    terminal.err(`${count} ${things}\n`);
  };
}
