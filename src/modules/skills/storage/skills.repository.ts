import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { Principal } from '../../auth/contract/principal.types';
import type { SkillDefinition } from '../contract/skill-definition.types';
import { SKILL_LIMITS } from '../contract/skill-limits';
import type { Skill, SkillVersion, WholeSkillVersion } from '../contract/skills.types';
import {
  SKILL,
  type SkillRow,
  SKILLS,
  toSkill,
  toVersion,
  VERSION,
  type VersionRow,
  type WholeVersionRow,
} from './skill.row';

/** The skill to write, and the actor who writes it. */
export interface SkillWrite {
  readonly tenantId: string;
  readonly name: string;
  readonly actorId: string;
}

/** A version that has passed all checks. */
export interface CheckedVersion {
  readonly hash: string;
  readonly definition: SkillDefinition;
  /** The runnable modules by path; `null` for a version without code. */
  readonly code: Readonly<Record<string, string>> | null;
}

/** The filters of a list. */
export interface SkillFilters {
  readonly category?: string | undefined;
  readonly runtime?: string | undefined;
}

const IS_EXPECTED = '($3::int[] IS NULL OR revision = ANY ($3))';
const IS_LISTED = 's.tenant_id = $1 AND ($2::text IS NULL OR v.category = $2) AND ($3::text IS NULL OR v.runtime = $3)';

/** Manages a tenant's skills, with their versions and aliases. */
@Injectable()
export class SkillsRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string, name: string): Promise<Skill | null> {
    const sql = `SELECT ${SKILL} FROM ${SKILLS} WHERE s.tenant_id = $1 AND s.name = $2`;
    const row = await this.database.tenant(tenantId).maybeOne<SkillRow>(sql, [tenantId, name]);
    return row === undefined ? null : toSkill(row);
  }

  async findWithin(tx: Tx, tenantId: string, name: string): Promise<Skill | null> {
    const sql = `SELECT ${SKILL} FROM ${SKILLS} WHERE s.tenant_id = $1 AND s.name = $2`;
    const row = await tx.maybeOne<SkillRow>(sql, [tenantId, name]);
    return row === undefined ? null : toSkill(row);
  }

  /** Returns skills sorted by name in byte order, starting after a cursor name or, in descending order, before it. */
  async list(
    tenantId: string,
    { category, runtime }: SkillFilters,
    {
      after,
      isDescending,
      limit,
    }: { readonly after: string | null; readonly isDescending: boolean; readonly limit: number },
  ): Promise<readonly Skill[]> {
    const [beyond, direction] = isDescending ? ['<', 'DESC'] : ['>', 'ASC'];
    const sql = `SELECT ${SKILL} FROM ${SKILLS}
      WHERE ${IS_LISTED} AND ($4::text IS NULL OR s.name COLLATE "C" ${beyond} $4)
      ORDER BY s.name COLLATE "C" ${direction} LIMIT $5`;
    const parameters = [tenantId, category ?? null, runtime ?? null, after, limit];
    return (await this.database.tenant(tenantId).rows<SkillRow>(sql, parameters)).map(toSkill);
  }

  async count(tenantId: string, { category, runtime }: SkillFilters): Promise<number> {
    const sql = `SELECT count(*)::int AS total FROM ${SKILLS} WHERE ${IS_LISTED}`;
    const parameters = [tenantId, category ?? null, runtime ?? null];
    const row = await this.database.tenant(tenantId).maybeOne<{ total: number }>(sql, parameters);
    return row?.total ?? 0;
  }

  /**
   * Locks the skills of the tenant until the transaction ends.
   * @returns the number of the tenant's skills.
   */
  async lock(tx: Tx, tenantId: string): Promise<number> {
    await lockTenant(tx, 'skills.skills', tenantId);
    const row = await tx.maybeOne<{ total: number }>(
      'SELECT count(*)::int AS total FROM skills.skills WHERE tenant_id = $1',
      [tenantId],
    );
    return row?.total ?? 0;
  }

  /** Adds the next version (and the skill, if it does not exist), and deletes surplus versions. The tenant must be locked. */
  /** @param owner the owner of code that runs with its owner's rights. */
  async addVersion(
    tx: Tx,
    { tenantId, name, actorId }: SkillWrite,
    version: CheckedVersion,
    owner: Principal | null,
  ): Promise<void> {
    const row = await tx.maybeOne<{ latest: number }>(
      `INSERT INTO skills.skills (tenant_id, name, latest, created_by, updated_by) VALUES ($1, $2, 1, $3, $3)
       ON CONFLICT (tenant_id, name) DO UPDATE SET latest = skills.skills.latest + 1,
         revision = skills.skills.revision + 1, updated_at = now(), updated_by = $3
       RETURNING latest`,
      [tenantId, name, actorId],
    );
    const { hash, definition, code } = version;
    const { runtime, description, category } = definition;
    const latest = row?.latest ?? 1;
    await tx.run(
      `INSERT INTO skills.versions (tenant_id, name, version, hash, runtime, description, category, definition, code, created_by, principal)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[tenantId, name, latest, hash, runtime, description, category],
        ...[JSON.stringify(definition), code === null ? null : JSON.stringify(code), actorId],
        owner === null ? null : JSON.stringify(owner),
      ],
    );
    await tx.run(
      `DELETE FROM skills.versions AS v WHERE tenant_id = $1 AND name = $2 AND version <= $3 AND NOT EXISTS (
         SELECT FROM skills.aliases AS a WHERE a.tenant_id = $1 AND a.name = $2 AND a.version = v.version)`,
      [tenantId, name, latest - SKILL_LIMITS.maxVersions],
    );
  }

  /**
   * Deletes a skill.
   * @returns true when a skill with an expected revision existed.
   */
  async remove(tx: Tx, { tenantId, name }: SkillWrite, expected: ExpectedVersions): Promise<boolean> {
    const sql = `DELETE FROM skills.skills WHERE tenant_id = $1 AND name = $2 AND ${IS_EXPECTED}`;
    const count = await tx.count(sql, [tenantId, name, expected]);
    return count === 1;
  }

  /**
   * Records a change to the aliases of a skill, and locks the skill.
   * @returns true when a skill with an expected revision exists.
   */
  async touch(tx: Tx, { tenantId, name, actorId }: SkillWrite, expected: ExpectedVersions): Promise<boolean> {
    const count = await tx.count(
      `UPDATE skills.skills SET revision = revision + 1, updated_at = now(), updated_by = $4
       WHERE tenant_id = $1 AND name = $2 AND ${IS_EXPECTED}`,
      [tenantId, name, expected, actorId],
    );
    return count === 1;
  }

  async versions(
    tenantId: string,
    name: string,
    {
      after,
      isDescending,
      limit,
    }: { readonly after: number | null; readonly isDescending: boolean; readonly limit: number },
  ): Promise<readonly SkillVersion[]> {
    const [beyond, direction] = isDescending ? ['<', 'DESC'] : ['>', 'ASC'];
    const sql = `SELECT ${VERSION} FROM skills.versions AS v
      WHERE v.tenant_id = $1 AND v.name = $2 AND ($3::int IS NULL OR v.version ${beyond} $3)
      ORDER BY v.version ${direction} LIMIT $4`;
    return (await this.database.tenant(tenantId).rows<VersionRow>(sql, [tenantId, name, after, limit])).map(toVersion);
  }

  async version(tenantId: string, name: string, version: number): Promise<WholeSkillVersion | null> {
    const sql = `SELECT ${VERSION}, v.definition FROM skills.versions AS v
      WHERE v.tenant_id = $1 AND v.name = $2 AND v.version = $3`;
    const row = await this.database.tenant(tenantId).maybeOne<WholeVersionRow>(sql, [tenantId, name, version]);
    return row === undefined ? null : { ...toVersion(row), definition: row.definition };
  }
}
