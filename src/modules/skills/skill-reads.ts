import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { Page } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { CountedPage } from '../../kernel/lists/list-query';
import type { Skill, SkillQuery, SkillVersion, SkillVersionQuery, WholeSkillVersion } from './contract/skills.types';
import { BUILTIN_SKILLS, builtinSkill, builtinVersion } from './domain/builtin-skills';
import type { SkillsRepository } from './storage/skills.repository';

/** Reads the tenant's own skills and the built-in skills. */
export class SkillReads {
  constructor(private readonly repository: SkillsRepository) {}

  async list(context: CallContext, query: SkillQuery): Promise<CountedPage<Skill>> {
    const tenantId = requireTenant(context);
    const { limit, cursor, include, sort, ...filters } = query;
    const cursors = new ListCursors('skills', tenantId, { sort, ...filters });
    const after = cursors.after(cursor);
    const isDescending = sort === '-name';
    const builtin = BUILTIN_SKILLS.filter(
      ({ category, runtime }) =>
        (filters.category === undefined || filters.category === category) &&
        (filters.runtime === undefined || filters.runtime === runtime),
    );
    const own = await this.repository.list(tenantId, filters, { after, isDescending, limit: limit + 1 });
    const next = builtin.filter(({ name }) => after === null || (isDescending ? name < after : name > after));
    const direction = isDescending ? -1 : 1;
    const rows = [...own, ...next].sort((a, b) => (a.name < b.name ? -direction : direction));
    const page = cursors.page(rows, limit, ({ name }) => name);
    if (include !== 'total') return page;
    return { ...page, total: (await this.repository.count(tenantId, filters)) + builtin.length };
  }

  async get(context: CallContext, name: string): Promise<Skill> {
    const found = builtinSkill(name) ?? (await this.repository.find(requireTenant(context), name));
    if (found === null) throw new AppError('not_found', 'There is no such skill.');
    return found;
  }

  async versions(context: CallContext, name: string, query: SkillVersionQuery): Promise<Page<SkillVersion>> {
    const tenantId = requireTenant(context);
    await this.get(context, name);
    const builtin = builtinVersion(name);
    const { limit, cursor, sort } = query;
    const cursors = new ListCursors('skill-versions', tenantId, { name, sort });
    const after = cursors.afterNumber(cursor);
    if (builtin !== null) {
      const { definition: _definition, ...version } = builtin;
      return { items: [version], nextCursor: null };
    }
    const order = { after, isDescending: sort === '-version', limit: limit + 1 };
    return cursors.page(await this.repository.versions(tenantId, name, order), limit, ({ version }) => version);
  }

  async version(context: CallContext, name: string, version: number): Promise<WholeSkillVersion> {
    const builtin = builtinVersion(name);
    const found =
      builtin?.version === version ? builtin : await this.repository.version(requireTenant(context), name, version);
    if (found === null) throw new AppError('not_found', 'There is no such version of this skill.');
    return found;
  }
}
