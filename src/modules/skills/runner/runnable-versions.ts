import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SkillChoice } from '../contract/skill-run.types';
import { builtinVersion } from '../domain/builtin-skills';
import { referenceText, type SkillReference } from '../domain/skill-reference';
import { RunnableRepository, type RunnableVersion } from '../storage/runnable.repository';

/** The maximum size of the cached sources, in UTF-16 units. */
const KEPT_CHARS = 32 * 1_048_576;

/** A cache of the versions that run in this process. Versions never change, so cached versions stay valid. */
@Injectable()
export class RunnableVersions {
  private readonly known = new LRUCache<string, RunnableVersion>({
    maxSize: KEPT_CHARS,
    sizeCalculation: ({ code }) => 1_000 + JSON.stringify(code).length,
  });

  constructor(private readonly repository: RunnableRepository) {}

  /** Resolves a choice to the current version; `null` when there is no such version. */
  async choose(tenantId: string, name: string, choice: SkillChoice): Promise<SkillReference | null> {
    const builtin = builtinVersion(name);
    if (builtin === null) return this.repository.choose(tenantId, name, choice);
    const isIt = choice.alias === undefined && (choice.version ?? 1) === builtin.version;
    return isIt ? { name, version: builtin.version, hash: builtin.hash } : null;
  }

  /** Returns a version; `null` when it no longer exists, or another version has its name and number. */
  async of(tenantId: string, reference: SkillReference): Promise<RunnableVersion | null> {
    const builtin = builtinVersion(reference.name);
    if (builtin !== null) return builtin.hash === reference.hash ? { ...builtin, code: null, principal: null } : null;
    const key = `${tenantId} ${referenceText(reference)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = await this.repository.find(tenantId, reference);
    if (found !== null) this.known.set(key, found);
    return found;
  }
}
