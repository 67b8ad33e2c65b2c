import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ScopesPort } from './contract/scopes.port';
import type { NewScope, Scope } from './contract/scopes.types';
import { isBuiltIn, OIDC_SCOPES, PLATFORM_SCOPES, RESERVED_SCOPE_WORDS, SCOPE_NAME } from './contract/platform-scopes';
import { ScopesRepository } from './storage/scopes.repository';

@Injectable()
export class ScopesService implements ScopesPort {
  constructor(
    private readonly repository: ScopesRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async create(context: CallContext, input: NewScope): Promise<Scope> {
    if (!SCOPE_NAME.test(input.name)) {
      throw new AppError('invalid_scope', 'A scope must be visible ASCII without spaces, quotes, backslashes or "*".');
    }
    if (isBuiltIn(input.name)) {
      throw new AppError('conflict', `"${input.name}" is a platform scope; choose a different name.`);
    }
    const event = this.event(context, 'scope.create', input.name);
    return this.writes.once(context, { action: 'scope.create', input }, (tx) =>
      this.repository.insert(tx, requireTenant(context), input, event),
    );
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<Scope>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('scopes', tenantId);
    const after = cursors.after(query.cursor);
    const own = after === null ? [...PLATFORM_SCOPES, ...OIDC_SCOPES].map(platformScope) : [];
    // The platform's own scopes are a short list. The first page contains all of them, and the tenant's first `limit` scopes.
    const custom = await this.repository.list(tenantId, after ?? '', query.limit + 1);
    const page = cursors.page(custom, query.limit, (scope) => scope.name);
    return { ...page, items: [...own, ...page.items] };
  }

  async remove(context: CallContext, name: string): Promise<void> {
    if (isBuiltIn(name)) {
      throw new AppError('conflict', `"${name}" is a platform scope, which cannot be deleted.`);
    }
    await this.repository.remove(requireTenant(context), name, this.event(context, 'scope.delete', name));
  }

  async describe(
    tenantId: string,
    names: readonly string[],
  ): Promise<readonly { readonly name: string; readonly description: string }[]> {
    const custom = names.filter((name) => !isBuiltIn(name));
    const known = custom.length === 0 ? [] : await this.repository.named(tenantId, custom);
    const words = new Map(known.map(({ name, description }) => [name, description]));
    return names.map((name) => ({ name, description: words.get(name) ?? builtInWords(name) ?? name }));
  }

  private event(context: CallContext, action: string, name: string): StagedEvent {
    const audited = { action, resourceType: 'scope', resourceId: name };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

function platformScope([name, description]: [string, string]): Scope {
  return { name, description, resource: null, custom: false, created_at: null };
}

function builtInWords(name: string): string | undefined {
  return OIDC_SCOPES.get(name) ?? PLATFORM_SCOPES.get(name) ?? RESERVED_SCOPE_WORDS.get(name);
}
