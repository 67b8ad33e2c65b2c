import type { SkillDefinition, SkillRuntime } from '../contract/skill-definition.types';
import type { Skill, SkillVersion } from '../contract/skills.types';

/** A skill and its newest version, as returned by the database driver. */
export interface SkillRow {
  readonly name: string;
  readonly revision: number;
  readonly version: number;
  readonly hash: string;
  readonly runtime: SkillRuntime;
  readonly description: string;
  readonly category: string;
  readonly input_schema: Skill['inputSchema'];
  readonly output_schema: Skill['outputSchema'];
  readonly aliases: Readonly<Record<string, number>>;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

/** The columns of a {@link SkillRow}. */
export const SKILL = `s.name, s.revision, v.version, v.hash, v.runtime, v.description, v.category,
  v.definition->'inputSchema' AS input_schema, v.definition->'outputSchema' AS output_schema,
  (SELECT coalesce(json_object_agg(a.alias, a.version ORDER BY a.alias), '{}') FROM skills.aliases AS a
    WHERE a.tenant_id = s.tenant_id AND a.name = s.name) AS aliases,
  s.created_at, s.created_by, s.updated_at, s.updated_by`;

export const SKILLS = `skills.skills AS s
  JOIN skills.versions AS v ON v.tenant_id = s.tenant_id AND v.name = s.name AND v.version = s.latest`;

export function toSkill(row: SkillRow): Skill {
  return {
    name: row.name,
    description: row.description,
    category: row.category,
    runtime: row.runtime,
    inputSchema: row.input_schema,
    outputSchema: row.output_schema,
    version: row.version,
    hash: row.hash,
    aliases: row.aliases,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

export interface VersionRow {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly runtime: SkillRuntime;
  readonly description: string;
  readonly aliases: string[];
  readonly created_at: Date;
  readonly created_by: string;
}

export interface WholeVersionRow extends VersionRow {
  readonly definition: SkillDefinition;
}

export const VERSION = `v.name, v.version, v.hash, v.runtime, v.description, v.created_at, v.created_by,
  ARRAY(SELECT a.alias FROM skills.aliases AS a WHERE a.tenant_id = v.tenant_id AND a.name = v.name
    AND a.version = v.version ORDER BY a.alias) AS aliases`;

export function toVersion(row: VersionRow): SkillVersion {
  return {
    name: row.name,
    version: row.version,
    hash: row.hash,
    runtime: row.runtime,
    description: row.description,
    aliases: row.aliases,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  };
}
