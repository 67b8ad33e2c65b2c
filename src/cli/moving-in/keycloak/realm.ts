import { z } from 'zod';
import { jsonProblem } from '../json-problem';
import { CommandFault } from '../../command';

const names = z.array(z.string());
const clientRoles = z.record(z.string(), names);

const role = z.object({
  name: z.string(),
  composites: z.object({ realm: names.default([]), client: clientRoles.default({}) }).optional(),
});

/** A group of a realm, with its subgroups. */
export interface KeycloakGroup {
  readonly name: string;
  readonly path?: string | undefined;
  readonly realmRoles: readonly string[];
  readonly clientRoles: Readonly<Record<string, readonly string[]>>;
  readonly subGroups: readonly KeycloakGroup[];
}

const group: z.ZodType<KeycloakGroup> = z.object({
  name: z.string(),
  path: z.string().optional(),
  realmRoles: names.default([]),
  clientRoles: clientRoles.default({}),
  get subGroups() {
    return z.array(group).default([]);
  },
});

const client = z.object({
  clientId: z.string(),
  enabled: z.boolean().default(true),
  protocol: z.string().default('openid-connect'),
  publicClient: z.boolean().default(false),
  bearerOnly: z.boolean().default(false),
  consentRequired: z.boolean().default(false),
  standardFlowEnabled: z.boolean().default(true),
  implicitFlowEnabled: z.boolean().default(false),
  directAccessGrantsEnabled: z.boolean().default(false),
  serviceAccountsEnabled: z.boolean().default(false),
  clientAuthenticatorType: z.string().default('client-secret'),
  rootUrl: z.string().nullish(),
  redirectUris: names.default([]),
  webOrigins: names.default([]),
  attributes: z.record(z.string(), z.unknown()).default({}),
});

/** The parts of a realm export that move, except its users. */
const realm = z.object({
  realm: z.string(),
  roles: z
    .object({ realm: z.array(role).default([]), client: z.record(z.string(), z.array(role)).default({}) })
    .prefault({}),
  groups: z.array(group).default([]),
  clients: z.array(client).default([]),
});

export type KeycloakRealm = z.infer<typeof realm>;
export type KeycloakRole = z.infer<typeof role>;
export type KeycloakClient = z.infer<typeof client>;

/** Parses a realm without its users. Errors: `CommandFault` for a file that is not a realm export. */
export function parseRealm(path: string, text: string): KeycloakRealm {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandFault(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = realm.safeParse(value);
  if (!parsed.success) throw new CommandFault(`${path} is not a realm export: ${jsonProblem(parsed.error)}`);
  return parsed.data;
}
