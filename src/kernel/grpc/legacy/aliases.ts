import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';

const CONTRACT = 'coresdk.v1.';
const CLIENTS = 'cpod.clients.v1.';

/** The short names by which published clients call two declared RPCs that decide (wire contract §2.2). */
const ALIASES: Readonly<Record<string, string>> = {
  'RateLimitService/CheckRateLimit': 'Check',
  'FlagService/EvaluateFlag': 'Evaluate',
};

/** The other name of a declared RPC; `null` when it has none. */
export function aliasOf(service: string, method: string): string | null {
  return ALIASES[`${service}/${method}`] ?? null;
}

/**
 * Puts what `cpod.clients.v1` describes into the services of the contract: the five paths that published clients call and
 * `coresdk.v1` does not declare, and the two of its RPCs whose messages have undeclared members.
 */
export function addClientsRpcs(definition: PackageDefinition): void {
  for (const [service, rpcs] of clientsServices(definition)) {
    const name = CONTRACT + service;
    const moved = Object.entries(rpcs).map(([method, rpc]) => [method, { ...rpc, path: `/${name}/${method}` }]);
    definition[name] = { ...serviceOf(definition, name), ...(Object.fromEntries(moved) as ServiceDefinition) };
  }
}

/** Takes the services of `cpod.clients.v1` away: by their own name nobody calls them. */
export function dropClientsServices(definition: PackageDefinition): void {
  for (const [service] of clientsServices(definition)) delete definition[CLIENTS + service];
}

function clientsServices(definition: PackageDefinition): (readonly [string, ServiceDefinition])[] {
  return Object.entries(definition).flatMap(([name, entry]) =>
    name.startsWith(CLIENTS) && !('format' in entry) ? [[name.slice(CLIENTS.length), entry] as const] : [],
  );
}

function serviceOf(definition: PackageDefinition, name: string): ServiceDefinition {
  const entry = definition[name];
  return entry === undefined || 'format' in entry ? {} : entry;
}
