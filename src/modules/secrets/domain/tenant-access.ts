import type { SecretRef } from '../contract/resolution.types';
import { STORE_PROVIDER } from '../contract/resolution.types';

/** A grant in memory. */
export interface HeldGrant {
  readonly id: string;
  readonly principal: { readonly type: 'user' | 'group' | 'client'; readonly id: string };
  /** The registration time of the client that has the grant, in Unix milliseconds; `null` for other principals. */
  readonly clientRegisteredAtMs: number | null;
  readonly bundle: string | null;
  readonly path: { readonly provider: string; readonly path: string } | null;
  /** The expiry in Unix milliseconds; `null` for no expiry. */
  readonly expiresAtMs: number | null;
  readonly contextIdPrefix: string;
}

/** The requested target: a bundle, or a path at a provider. */
export type AccessTarget = { readonly bundle: string } | { readonly provider: string; readonly path: string };

/** The facts that conditions are checked against. */
export interface AccessCircumstances {
  readonly nowMs: number;
  readonly contextId: string;
}

/** `no_grant`: none of the call's principals has a grant; `condition`: there are grants, but their conditions are not met. */
export type AccessVerdict = 'granted' | 'no_grant' | 'condition';

/** Returns the key of a user's or group's grants. Their ids are never reused. */
export function principalKey(type: 'user' | 'group', id: string): string {
  return `${type}:${id}`;
}

/** Returns the key of a client's grants, for one registration of its id, because a client may be deleted and registered again. */
export function clientKey(id: string, registeredAtMs: number | null): string {
  return `client:${id}@${registeredAtMs ?? ''}`;
}

/** Returns the normalized target of a reference: with a single name for the tenant's own store, and with the default path filled in. */
export function placeOf({ name, provider, path }: SecretRef): { readonly provider: string; readonly path: string } {
  return { provider: provider === '' ? STORE_PROVIDER : provider, path: path === '' ? name : path };
}

/** A tenant's bundles and grants. */
export class TenantAccess {
  private readonly byPrincipal = new Map<string, HeldGrant[]>();

  constructor(
    private readonly bundles: ReadonlyMap<string, readonly SecretRef[]>,
    grants: readonly HeldGrant[],
  ) {
    for (const grant of grants) {
      const { type, id } = grant.principal;
      const key = type === 'client' ? clientKey(id, grant.clientRegisteredAtMs) : principalKey(type, id);
      const known = this.byPrincipal.get(key);
      if (known) known.push(grant);
      else this.byPrincipal.set(key, [grant]);
    }
  }

  /** The number of bundle references and grants, as a measure of memory. */
  get size(): number {
    let size = 1;
    for (const refs of this.bundles.values()) size += refs.length;
    for (const grants of this.byPrincipal.values()) size += grants.length;
    return size;
  }

  /** Returns the references in a bundle, or `null` if the tenant has no bundle with this name. */
  bundle(name: string): readonly SecretRef[] | null {
    return this.bundles.get(name) ?? null;
  }

  /** Decides whether any of the principals (given by {@link principalKey} and {@link clientKey}) has access to the target now. */
  judge(principals: readonly string[], target: AccessTarget, circumstances: AccessCircumstances): AccessVerdict {
    let verdict: AccessVerdict = 'no_grant';
    for (const principal of principals) {
      for (const grant of this.byPrincipal.get(principal) ?? []) {
        if (!covers(grant, target)) continue;
        if (holds(grant, circumstances)) return 'granted';
        verdict = 'condition';
      }
    }
    return verdict;
  }
}

function covers({ bundle, path }: HeldGrant, target: AccessTarget): boolean {
  if ('bundle' in target) return bundle === target.bundle;
  if (path?.provider !== target.provider) return false;
  if (path.path === '*' || path.path === target.path) return true;
  return path.path.endsWith('/*') && target.path.startsWith(path.path.slice(0, -1));
}

function holds({ expiresAtMs, contextIdPrefix }: HeldGrant, { nowMs, contextId }: AccessCircumstances): boolean {
  return (expiresAtMs === null || nowMs < expiresAtMs) && contextId.startsWith(contextIdPrefix);
}
