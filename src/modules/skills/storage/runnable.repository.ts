import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { PreparedStatement } from '../../../kernel/database/sql';
import type { Principal } from '../../auth/contract/principal.types';
import { DEFAULT_ALIAS, type JsonSchema, type ShownDefinition } from '../contract/skill-definition.types';
import type { SkillChoice } from '../contract/skill-run.types';
import type { SkillReference } from '../domain/skill-reference';

/** A version to run. */
export interface RunnableVersion extends SkillReference {
  readonly definition: ShownDefinition;
  /** The runnable modules by path; `null` for a version without code. */
  readonly code: Readonly<Record<string, string>> | null;
  /** The principal that registered the version, for code that runs with its owner's rights; `null` for all other code. */
  readonly principal: Principal | null;
}

/** The fields of a version that are needed to accept a run. */
export interface ChosenVersion extends SkillReference {
  readonly inputSchema: JsonSchema;
  readonly timeoutSeconds: number | null;
}

interface ChosenRow {
  readonly version: number;
  readonly hash: string;
  readonly input_schema: JsonSchema;
  readonly timeout_seconds: number | null;
}

/** Selects the requested version, the version of the alias, or the newest version. If the request names an alias, the alias must exist. */
const CHOICE: PreparedStatement = {
  name: 'skills.choose',
  text: `SELECT v.version, v.hash, v.definition->'inputSchema' AS input_schema,
    (v.definition->>'timeoutSeconds')::int AS timeout_seconds
  FROM skills.skills AS s JOIN skills.versions AS v ON v.tenant_id = s.tenant_id AND v.name = s.name
    AND v.version = coalesce($3::int, (SELECT a.version FROM skills.aliases AS a
      WHERE a.tenant_id = s.tenant_id AND a.name = s.name AND a.alias = coalesce($4, '${DEFAULT_ALIAS}')),
      CASE WHEN $4::text IS NULL THEN s.latest END)
  WHERE s.tenant_id = $1 AND s.name = $2`,
};

/** Reads the versions to run. */
@Injectable()
export class RunnableRepository {
  constructor(private readonly database: Database) {}

  /** Returns the chosen version; `null` when there is no such skill, version or alias. */
  async choose(tenantId: string, name: string, { alias, version }: SkillChoice): Promise<ChosenVersion | null> {
    const parameters = [tenantId, name, version ?? null, alias ?? null];
    const row = await this.database.tenant(tenantId).maybeOne<ChosenRow>(CHOICE, parameters);
    if (row === undefined) return null;
    const { hash, input_schema: inputSchema, timeout_seconds: timeoutSeconds } = row;
    return { name, version: row.version, hash, inputSchema, timeoutSeconds };
  }

  /** Returns a version; `null` when it no longer exists. */
  async find(tenantId: string, { name, version, hash }: SkillReference): Promise<RunnableVersion | null> {
    const sql = `SELECT definition, code, principal FROM skills.versions
      WHERE tenant_id = $1 AND name = $2 AND version = $3 AND hash = $4`;
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<Pick<RunnableVersion, 'definition' | 'code' | 'principal'>>(sql, [tenantId, name, version, hash]);
    return row === undefined ? null : { name, version, hash, ...row };
  }
}
