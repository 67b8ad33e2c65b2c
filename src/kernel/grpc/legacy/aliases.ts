import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';

const CONTRACT = 'coresdk.v1.';
const CLIENTS = 'cpod.clients.v1.';

/** The short names by which published clients call three declared RPCs (wire contract §2.2). */
const ALIASES: Readonly<Record<string, string>> = {
  'RateLimitService/CheckRateLimit': 'Check',
  'AuditService/EmitAuditEvent': 'Emit',
  'FlagService/EvaluateFlag': 'Evaluate',
};

/** The other name of a declared RPC; `null` when it has none. */
export function aliasOf(service: string, method: string): string | null {
  return ALIASES[`${service}/${method}`] ?? null;
}

/**
 * Puts the five paths that published clients call, and `coresdk.v1` does not declare, into its services: the aliases, and
 * the RPCs of `cpod.clients.v1` under the name by which they are called.
 */
export function addUndeclaredPaths(definition: PackageDefinition): void {
  for (const [name, alias] of Object.entries(ALIASES)) {
    const [service = '', method = ''] = name.split('/');
    const declared = serviceOf(definition, CONTRACT + service)[method];
    if (!declared) throw new Error(`There is no RPC ${name}.`);
    add(definition, service, alias, declared);
  }
  for (const [service, method, undeclared] of undeclaredRpcs(definition)) add(definition, service, method, undeclared);
}

/** Takes the services of `cpod.clients.v1` away: by their own name nobody calls them. */
export function dropOwnNames(definition: PackageDefinition): void {
  for (const [service] of undeclaredRpcs(definition)) delete definition[CLIENTS + service];
}

function undeclaredRpcs(definition: PackageDefinition): (readonly [string, string, ServiceDefinition[string]])[] {
  return Object.entries(definition).flatMap(([name, entry]) =>
    name.startsWith(CLIENTS) && !('format' in entry)
      ? Object.entries(entry).map(([method, rpc]) => [name.slice(CLIENTS.length), method, rpc] as const)
      : [],
  );
}

function add(definition: PackageDefinition, service: string, method: string, rpc: ServiceDefinition[string]): void {
  const originalName = method.charAt(0).toLowerCase() + method.slice(1);
  const path = `/${CONTRACT}${service}/${method}`;
  definition[CONTRACT + service] = {
    ...serviceOf(definition, CONTRACT + service),
    [method]: { ...rpc, originalName, path },
  };
}

function serviceOf(definition: PackageDefinition, name: string): ServiceDefinition {
  const entry = definition[name];
  return entry === undefined || 'format' in entry ? {} : entry;
}
