import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AppError } from '../../kernel/errors/app-error';
import {
  RESOLVE_LIMITS,
  type Resolution,
  type ResolvedSecret,
  type ResolveOrder,
  type SecretPrincipal,
  type SecretRef,
  type UnresolvedSecret,
} from './contract/resolution.types';
import type { SecretsPort } from './contract/secrets.port';
import { type AccessTarget, placeOf, type TenantAccess } from './domain/tenant-access';
import { Providers } from './providers/providers';
import { ResolutionRecord } from './resolution-record';
import { SecretGrantsService } from './secret-grants.service';

/** A secret to read, and the bundle through which the call names it, if any. */
interface Wanted {
  readonly ref: SecretRef;
  readonly bundle: string | null;
}

/** The maximum number of concurrent reads per call, so that a bundle does not overload a provider. */
const AT_ONCE = 8;

@Injectable()
export class SecretsService implements SecretsPort {
  constructor(
    private readonly grants: SecretGrantsService,
    private readonly providers: Providers,
    private readonly record: ResolutionRecord,
    private readonly tenants: TenantNames,
  ) {}

  async resolve(context: CallContext, principal: SecretPrincipal, order: ResolveOrder): Promise<Resolution> {
    const asked = { context, principal, order };
    let resolution: Resolution;
    try {
      const wanted = await this.granted(requireTenant(context), principal, order);
      resolution = await this.read(requireTenant(context), wanted);
    } catch (error) {
      await this.record.failure(asked, error);
      throw error;
    }
    await this.record.success(asked, resolution);
    return resolution;
  }

  /**
   * Returns the secrets to read, all of which are granted. Errors: `not_found` for an unknown bundle, `forbidden`, `invalid_request` for
   * too many secrets.
   */
  private async granted(
    tenantId: string,
    principal: SecretPrincipal,
    { bundles, refs, contextId }: ResolveOrder,
  ): Promise<readonly Wanted[]> {
    const { access, judge } = await this.grants.of(tenantId, principal, contextId);
    const assertGranted = (target: AccessTarget): void => {
      const verdict = judge(target);
      if (verdict === 'granted') return;
      const words =
        verdict === 'condition'
          ? `The condition of the grant is not met for ${nameOf(target)}.`
          : `No grant matches ${nameOf(target)}. An administrator can add one at /api/v1/secrets/grants.`;
      throw new AppError('forbidden', words);
    };
    const wanted: Wanted[] = [];
    for (const bundle of new Set(bundles)) {
      const members = refsOf(access, bundle);
      assertGranted({ bundle });
      for (const ref of members) wanted.push({ ref, bundle });
    }
    for (const ref of refs) {
      assertGranted(placeOf(ref));
      wanted.push({ ref, bundle: null });
    }
    if (wanted.length > RESOLVE_LIMITS.maxSecrets) {
      throw new AppError('invalid_request', `A call can resolve at most ${RESOLVE_LIMITS.maxSecrets} secrets.`);
    }
    return wanted;
  }

  private async read(tenantId: string, wanted: readonly Wanted[]): Promise<Resolution> {
    const tenantSlug = await this.tenants.slugOf(tenantId);
    if (tenantSlug === null) throw new AppError('forbidden', 'The tenant does not exist.');
    const resolved: ResolvedSecret[] = [];
    const unresolved: UnresolvedSecret[] = [];
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const reads = wanted.slice(at, at + AT_ONCE).map(({ ref, bundle }) => {
        const place = placeOf(ref);
        return this.providers
          .read(place.provider, { tenantId, tenantSlug, path: place.path, version: ref.version })
          .then((outcome) => ({ ref, bundle, outcome }));
      });
      for (const { ref, bundle, outcome } of await Promise.all(reads)) {
        const { name } = ref;
        if ('value' in outcome) resolved.push({ name, bundle, ref, ...outcome });
        else unresolved.push({ name, bundle, code: outcome.code, message: outcome.message });
      }
    }
    if (resolved.length === 0) throw noneResolved(unresolved);
    return { resolved, unresolved };
  }
}

function refsOf(access: TenantAccess, bundle: string): readonly SecretRef[] {
  const refs = access.bundle(bundle);
  if (refs === null) throw new AppError('not_found', `The bundle "${bundle}" does not exist.`);
  return refs;
}

function nameOf(target: AccessTarget): string {
  return 'bundle' in target ? `the bundle "${target.bundle}"` : `this path at "${target.provider}"`;
}

/** Returns the most relevant failure. An outage is temporary, so it is more relevant than a secret that does not exist. */
function noneResolved(unresolved: readonly UnresolvedSecret[]): AppError {
  const codes = ['unavailable', 'internal', 'not_found'] as const;
  const worst = codes.map((code) => unresolved.find((one) => one.code === code)).find(Boolean);
  return new AppError(
    worst?.code ?? 'not_found',
    worst === undefined ? 'The secret does not exist.' : `${worst.name}: ${worst.message}`,
  );
}
