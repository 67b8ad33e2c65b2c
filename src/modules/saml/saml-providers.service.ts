import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { StagedEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { SamlProvidersPort } from './contract/saml-providers.port';
import {
  type NewSamlProvider,
  type SamlProvider,
  samlProviderEntityTag,
  type SamlProviderPatch,
} from './contract/saml-providers.types';
import { readCertificates } from './domain/certificates';
import { noSuchProvider, SamlProvidersRepository } from './storage/saml-providers.repository';

@Injectable()
export class SamlProvidersService implements SamlProvidersPort {
  constructor(
    private readonly repository: SamlProvidersRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {}

  async create(context: CallContext, input: NewSamlProvider): Promise<SamlProvider> {
    const nowMs = this.clock.nowMs();
    const now = new Date(nowMs).toISOString();
    const times = { createdAt: now, updatedAt: now };
    const provider: SamlProvider = { id: newId('sml', nowMs), ...withCertificates(input), ...times };
    const event = this.event(context, 'saml_provider.create', provider.id);
    const created = await this.writes.once(context, { action: 'saml_provider.create', input }, async (tx) => {
      await this.repository.insert(tx, requireTenant(context), provider, event);
      return provider;
    });
    await this.feed.catchUp();
    return created;
  }

  async list(context: CallContext, query: PageQuery): Promise<Page<SamlProvider>> {
    const tenantId = requireTenant(context);
    const cursors = new ListCursors('SAML providers', tenantId);
    const providers = await this.repository.list(tenantId, cursors.after(query.cursor) ?? '', query.limit + 1);
    return cursors.page(providers, query.limit, ({ id }) => id);
  }

  async get(context: CallContext, id: string): Promise<SamlProvider> {
    const found = isId('sml', id) ? await this.repository.find(requireTenant(context), id) : null;
    if (!found) throw noSuchProvider();
    return found;
  }

  async update(
    context: CallContext,
    id: string,
    patch: SamlProviderPatch,
    condition: Condition,
  ): Promise<SamlProvider> {
    if (!isId('sml', id)) throw noSuchProvider();
    const sent = Object.fromEntries(Object.entries(withCertificates(patch)).filter(([, value]) => value !== undefined));
    const updatedAt = new Date(this.clock.nowMs()).toISOString();
    const changed = await this.repository.update(
      requireTenant(context),
      id,
      (provider) => {
        hold(condition, provider);
        return { ...provider, ...sent, updatedAt };
      },
      this.event(context, 'saml_provider.update', id),
    );
    await this.feed.catchUp();
    return changed;
  }

  async remove(context: CallContext, id: string, condition: Condition): Promise<void> {
    if (!isId('sml', id)) throw noSuchProvider();
    const event = this.event(context, 'saml_provider.delete', id);
    await this.repository.remove(requireTenant(context), id, (provider) => hold(condition, provider), event);
    await this.feed.catchUp();
  }

  private event(context: CallContext, action: string, id: string): StagedEvent {
    const audited = { action, resourceType: 'saml_provider', resourceId: id };
    return stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
  }
}

/** Checks the precondition of a request. Errors: `precondition_failed`. */
function hold(condition: Condition, provider: SamlProvider): void {
  assertCondition(condition, samlProviderEntityTag(provider), 'The identity provider');
}

/** Returns the input with its certificates, if any, in PEM. Errors: `invalid_request`, with a fault for each invalid certificate. */
function withCertificates<T extends { readonly certificates?: readonly string[] | undefined }>(sent: T): T {
  if (sent.certificates === undefined) return sent;
  const read = readCertificates(sent.certificates);
  if ('certificates' in read) return { ...sent, certificates: read.certificates };
  throw new AppError('invalid_request', 'A certificate cannot be used to check signatures.', {
    fields: read.faults,
  });
}
