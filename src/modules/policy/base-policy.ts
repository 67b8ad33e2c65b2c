import { type CompileOptions, compilePolicy, type Policy, type PolicySource, type RegoError } from '@coresdk/rego/node';
import { splitAtBase } from './base-layers';
import { effectiveData, effectiveSources } from './domain/effective-policy';
import { isReservedPath, packagePath } from './domain/package-path';
import type { PolicyFiles } from './domain/policy-files';
import { TenantWall } from './tenant-wall';

/** The installation's own policy, which decides where a tenant's bundle has no rule. It is replaced as a whole, never changed. */
export interface BasePolicy {
  readonly sources: readonly PolicySource[];
  readonly data: Readonly<Record<string, unknown>>;
  /** The policy of every tenant without a bundle. */
  readonly policy: Policy;
}

/** The error for a policy that does not compile; `errors` contains the locations. */
export class PolicyCompileError extends Error {
  constructor(readonly errors: readonly RegoError[]) {
    super(errors.map(String).join('\n'));
    this.name = 'PolicyCompileError';
  }
}

const NOTHING: Pick<PolicyFiles, 'sources' | 'data'> = { sources: [], data: {} };

/** Compiles the modules and data in `own` over those in `base`. Errors: {@link PolicyCompileError}. */
export function compileOver(
  base: Pick<BasePolicy, 'sources' | 'data'>,
  own: Pick<PolicyFiles, 'sources' | 'data'>,
  links: CompileOptions['links'] = 'now',
): BasePolicy {
  const sources = effectiveSources(base.sources, own.sources);
  const data = effectiveData(base.data, own.data);
  return { sources, data, policy: compileFrom(base, { sources, data }, links) };
}

/**
 * Compiles the base policy from several folders: packages in a later folder replace those in an earlier folder. Errors: {@link
 * PolicyCompileError}.
 */
export function compileLayers(layers: readonly Pick<PolicyFiles, 'sources' | 'data'>[]): BasePolicy {
  const own = layers.at(-1) ?? NOTHING;
  const below = layers.slice(0, -1).reduce(
    (under, over) => ({
      sources: effectiveSources(under.sources, over.sources),
      data: effectiveData(under.data, over.data),
    }),
    NOTHING,
  );
  return compileOver(below, own);
}

/** Compiles sources whose first part comes from the base policy. Errors: {@link PolicyCompileError}. */
export function compileFrom(
  base: Pick<BasePolicy, 'sources'>,
  { sources, data }: Pick<BasePolicy, 'sources' | 'data'>,
  links: CompileOptions['links'] = 'now',
): Policy {
  const { below, above } = splitAtBase(base.sources, sources);
  const result = compilePolicy(above, { data, links, ...(below === null ? {} : { below }) });
  if (!result.ok) throw new PolicyCompileError(result.errors);
  return result.policy;
}

/** Compiles the tenant wall separately, without any module written by a tenant or operator. */
export function compileWall(sources: readonly PolicySource[]): TenantWall {
  const result = compilePolicy(sources.filter(({ text }) => isReservedPath(packagePath(text) ?? [])));
  if (!result.ok) throw new PolicyCompileError(result.errors);
  return new TenantWall(result.policy);
}
