import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';

const CONTRACT = 'coresdk.v1.';
const CLIENTS = 'cpod.clients.v1.';

/** The short names that published clients use to call two declared decision RPCs (wire contract §2.2). */
const ALIASES: Readonly<Record<string, string>> = {
  'RateLimitService/CheckRateLimit': 'Check',
  'FlagService/EvaluateFlag': 'Evaluate',
};

/** Returns the alternative name of a declared RPC; `null` if it has none. */
export function aliasOf(service: string, method: string): string | null {
  return ALIASES[`${service}/${method}`] ?? null;
}

/**
 * Adds the RPCs of `cpod.clients.v1` to the services of the contract: the five paths that published clients call and that `coresdk.v1` does
 * not declare, and two RPCs of `coresdk.v1` whose messages have undeclared members.
 */
export function addClientsRpcs(definition: PackageDefinition): void {
  for (const [service, rpcs] of clientsServices(definition)) {
    const name = CONTRACT + service;
    const moved = Object.entries(rpcs).map(([method, rpc]) => [method, { ...rpc, path: `/${name}/${method}` }]);
    definition[name] = { ...serviceOf(definition, name), ...(Object.fromEntries(moved) as ServiceDefinition) };
  }
}

/** Removes the services of `cpod.clients.v1`: clients never call them by their own name. */
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
