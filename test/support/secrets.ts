import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { UNCONDITIONAL } from '../../src/kernel/http/conditions/conditions';
import { newId } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import { resolveOrder, type SecretPrincipal } from '../../src/modules/secrets/contract/resolution.types';
import { SecretAccessPort } from '../../src/modules/secrets/contract/secret-access.port';
import { newSecretGrant, type SecretGrant } from '../../src/modules/secrets/contract/secret-access.types';
import { SecretStorePort } from '../../src/modules/secrets/contract/secret-store.port';
import type { SecretInput, TaggedSecret } from '../../src/modules/secrets/contract/secrets.types';
import { SecretsPort } from '../../src/modules/secrets/contract/secrets.port';
import type { TestCore } from './test-core';

/** Returns the context of a call that an installation makes for a tenant, with a separate request id. */
export const callFor = (tenantId: string): CallContext => systemContext(newId('req'), tenantId);

export const inputOf = (value: string, members: Partial<SecretInput> = {}): SecretInput => ({
  value: Buffer.from(value),
  cas: null,
  graceSeconds: 3_600,
  maxVersions: null,
  description: null,
  ...members,
});

export function putSecret(
  { context }: TestCore,
  tenantId: string,
  name: string,
  value: string,
  members: Partial<SecretInput> = {},
): Promise<TaggedSecret> {
  return context.get(SecretStorePort).put(callFor(tenantId), name, inputOf(value, members), UNCONDITIONAL);
}

/** Registers an application of a tenant under the test's own id. */
export async function registerClient({ context }: TestCore, tenantId: string, clientId: string): Promise<void> {
  const input = { name: clientId, client_id: clientId, declared_scopes: ['secrets.read'], default_scopes: [] };
  await context.get(AppsPort).register(callFor(tenantId), newApp.parse(input));
}

/** Allows a principal to resolve a bundle or a path; `members` are those of a request. */
export function grantSecret({ context }: TestCore, tenantId: string, members: object): Promise<SecretGrant> {
  return context.get(SecretAccessPort).grant(callFor(tenantId), newSecretGrant.parse(members));
}

export const userOf = (userId: string, groups: readonly string[] | null = null): SecretPrincipal => ({
  userId,
  clientId: null,
  groups,
  entityId: null,
});

export const clientOf = (clientId: string): SecretPrincipal => ({
  userId: null,
  clientId,
  groups: null,
  entityId: null,
});

/** Returns the value that a tenant's application gets for a name. */
export async function resolvedFor(
  { context }: TestCore,
  tenantId: string,
  clientId: string,
  name: string,
): Promise<string> {
  const order = resolveOrder.parse({ refs: [{ name }] });
  const { resolved } = await context.get(SecretsPort).resolve(callFor(tenantId), clientOf(clientId), order);
  return Buffer.from(resolved[0]?.value ?? '').toString();
}
