import { Injectable } from '@nestjs/common';
import { TenantNames } from '../../kernel/context/tenant-names';
import { type AppError, outage } from '../../kernel/errors/app-error';
import { type BasePolicy, compileOver, PolicyCompileError } from './base-policy';
import { readTar } from './bundle/read-tar';
import { gunzipUpTo } from './bundle/gunzip';
import { BUNDLE_LIMITS } from './contract/policy-bundles.types';
import type { PolicyUpdate } from './contract/policy.types';
import { Faults } from './domain/faults';
import { type PolicyFiles, readPolicyFiles } from './domain/policy-files';
import { PolicyDirectory } from './policy-directory';
import { fromJson } from './rego/values/json';
import { ActivePoliciesRepository } from './storage/active-policies.repository';
import { TenantPolicy } from './tenant-policy';

/** What a tenant without a bundle adds to the base policy, which all of them share. */
const BASE_ONLY_BYTES = 4 * 1024;

/** Reads the active bundle of a tenant and compiles it over the base policy. */
@Injectable()
export class PolicyLoader {
  constructor(
    private readonly directory: PolicyDirectory,
    private readonly repository: ActivePoliciesRepository,
    private readonly tenants: TenantNames,
  ) {}

  /** Errors: `unavailable` when the store is away, or the stored bundle does not compile over this base policy. */
  async load(tenantId: string): Promise<TenantPolicy> {
    const [slug, bundle] = await Promise.all([this.tenants.slugOf(tenantId), this.repository.active(tenantId)]);
    if (slug === null) throw noTenant();
    const files = bundle === null ? null : await unpack(bundle);
    // Read last: between here and the compiled policy nothing waits, so that no reload of the base can come between.
    const base = this.directory.base();
    const tenant = fromJson({ id: tenantId, slug });
    if (bundle === null || files === null) return new TenantPolicy(null, base.policy, tenant, BASE_ONLY_BYTES);
    const { policy } = compile(base, files, bundle.version);
    const ownFiles = new Set(files.sources.map(({ path }) => path));
    return new TenantPolicy(bundle.version, policy, tenant, sizeOf(files), ownFiles);
  }
}

async function unpack({ archive, version }: PolicyUpdate): Promise<PolicyFiles> {
  const faults = new Faults();
  // Stored as it was accepted, so within the limits; the headers of its files come on top of what they hold.
  const tar = await gunzipUpTo(archive, 2 * BUNDLE_LIMITS.maxUnpackedBytes);
  const files = readPolicyFiles(readTar(tar), faults);
  const [fault] = faults.list;
  if (fault) throw notUsable(version, `${fault.file}: ${fault.message}`, fault);
  return files;
}

function compile(base: BasePolicy, files: PolicyFiles, version: number): BasePolicy {
  try {
    // It was made into code when it was accepted.
    return compileOver(base, files, 'later');
  } catch (error) {
    if (!(error instanceof PolicyCompileError)) throw error;
    throw notUsable(version, error.errors.slice(0, 1).join(''), error);
  }
}

function noTenant(): AppError {
  return outage('policy_unavailable', { words: 'There is no such tenant, so nothing decides for it.' });
}

/** It was accepted over another base policy, or by another build. */
function notUsable(version: number, why: string, cause: unknown): AppError {
  const words = `Version ${version} of this tenant's policy cannot be used here: ${why}`;
  return outage('policy_unavailable', { words, cause });
}

/** Code as closures takes some 30 bytes per byte of source; a value of data some 150 bytes; an estimate that need not be close. */
function sizeOf({ sources, dataValues }: PolicyFiles): number {
  const sourceChars = sources.reduce((sum, { text }) => sum + text.length, 0);
  return BASE_ONLY_BYTES + 32 * sourceChars + 150 * dataValues;
}
