import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../kernel/database/sql';
import { SKILL_LIMITS } from '../contract/skill-limits';
import type { SkillWrite } from './skills.repository';

/** The reason why an alias was not set. */
export type AliasRefusal = 'no version' | 'too many';

/** The aliases of skills. The caller of a write method must hold the lock on the skill. */
@Injectable()
export class AliasesRepository {
  /**
   * Sets an alias, and keeps its previous version for a rollback.
   * @returns `null` when it is set.
   */
  async set(tx: Tx, write: SkillWrite, alias: string, version: number): Promise<AliasRefusal | null> {
    const { tenantId, name, actorId } = write;
    const state = await tx.maybeOne<{ has_version: boolean; others: number }>(
      `SELECT EXISTS (SELECT FROM skills.versions WHERE tenant_id = $1 AND name = $2 AND version = $4) AS has_version,
         (SELECT count(*)::int FROM skills.aliases WHERE tenant_id = $1 AND name = $2 AND alias <> $3) AS others`,
      [tenantId, name, alias, version],
    );
    if (state?.has_version !== true) return 'no version';
    if (state.others >= SKILL_LIMITS.maxAliases) return 'too many';
    await tx.run(
      `INSERT INTO skills.aliases AS a (tenant_id, name, alias, version, updated_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, name, alias) DO UPDATE SET version = $4, updated_at = now(), updated_by = $5,
         previous = CASE WHEN a.version = $4 THEN a.previous ELSE a.version END`,
      [tenantId, name, alias, version, actorId],
    );
    return null;
  }

  /** Returns the previous version of an alias; `null` when the alias has no previous version, `undefined` when the alias does not exist. */
  async previous(tx: Tx, { tenantId, name }: SkillWrite, alias: string): Promise<number | null | undefined> {
    const sql = 'SELECT previous FROM skills.aliases WHERE tenant_id = $1 AND name = $2 AND alias = $3';
    const row = await tx.maybeOne<{ previous: number | null }>(sql, [tenantId, name, alias]);
    return row?.previous;
  }

  /**
   * Deletes an alias.
   * @returns true when the alias existed.
   */
  async remove(tx: Tx, { tenantId, name }: SkillWrite, alias: string): Promise<boolean> {
    const sql = 'DELETE FROM skills.aliases WHERE tenant_id = $1 AND name = $2 AND alias = $3';
    const count = await tx.count(sql, [tenantId, name, alias]);
    return count === 1;
  }
}
