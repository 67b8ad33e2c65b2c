import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { invalidCursor, type Page } from '../../kernel/lists/page';
import { isId } from '../../kernel/ids/ids';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { AuditHeadPort } from './contract/audit-head.port';
import type { AuditQueryPort } from './contract/audit-query.port';
import type { AuditFilter, AuditQuery, AuditRecord } from './contract/audit-query.types';
import { SYSTEM_LOG } from './contract/audit.types';
import { openFields } from './domain/personal-fields';
import { PersonKeys } from './person-keys';
import { AuditSearchRepository, type FoundRecord, type SearchPlace } from './storage/audit-search.repository';
import { PersonsRepository } from './storage/persons.repository';

const EXPORT_BATCH = 500;
const PLACE = /^(\d{1,15})\/(\d{1,15})$/;

@Injectable()
export class AuditQueryService implements AuditQueryPort, AuditHeadPort {
  constructor(
    private readonly repository: AuditSearchRepository,
    private readonly persons: PersonsRepository,
    private readonly keys: PersonKeys,
  ) {}

  async search(
    { tenantId, callerSignal }: CallContext,
    { limit, cursor, ...asked }: AuditQuery,
  ): Promise<Page<AuditRecord>> {
    const log = tenantId ?? SYSTEM_LOG;
    const filter = await this.named(log, asked);
    const cursors = new ListCursors('audit records', log, asked);
    const after = placeOf(cursors.after(cursor));
    const { records, next } = await this.repository.find(log, { filter, limit, order: 'newest', after }, callerSignal);
    return {
      items: await this.open(log, records),
      nextCursor: next === null ? null : cursors.cursor(`${next.tsMs}/${next.sequence}`),
    };
  }

  list(
    context: CallContext,
    asked: AuditFilter,
    after: number | null,
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }> {
    return this.follow(context, asked, after, { includePersonal: true });
  }

  async follow(
    { tenantId, callerSignal }: CallContext,
    asked: AuditFilter,
    after: number | null,
    { includePersonal }: { readonly includePersonal: boolean },
  ): Promise<{ readonly records: readonly AuditRecord[]; readonly next: number | null }> {
    const log = tenantId ?? SYSTEM_LOG;
    const filter = await this.named(log, asked);
    const from = after === null ? null : { tsMs: 0, sequence: after };
    const search = { filter, limit: EXPORT_BATCH, order: 'log', after: from } as const;
    const { records, next } = await this.repository.find(log, search, callerSignal);
    const read = includePersonal ? await this.open(log, records) : records.map((record) => closed(log, record));
    return { records: read, next: next?.sequence ?? null };
  }

  end({ tenantId }: CallContext): Promise<number> {
    return this.repository.end(tenantId ?? SYSTEM_LOG);
  }

  /** Replaces an external person id in a filter with the random name that the log uses for it. */
  private async named(log: string, filter: AuditFilter): Promise<AuditFilter> {
    const { actor } = filter;
    if (actor === undefined || isId('usr', actor)) return filter;
    const [person] = await this.persons.find(log, [actor]);
    return person ? { ...filter, actor: person.name } : filter;
  }

  private async open(log: string, records: readonly FoundRecord[]): Promise<readonly AuditRecord[]> {
    const names = records.flatMap(({ person }) => person ?? []);
    const keys = await this.keys.named(log, names);
    return records.map((record) => opened(log, record, keys));
  }
}

function opened(tenantId: string, record: FoundRecord, keys: ReadonlyMap<string, KeyObject>): AuditRecord {
  const { person, sealed, tsMs, ...rest } = record;
  const key = person === null ? undefined : keys.get(person);
  const fields = key && sealed ? openFields(sealed, key, { tenantId, id: record.id }) : {};
  return {
    ...rest,
    tenantId,
    actorId: fields.actorId ?? record.actorId,
    ip: fields.ip ?? record.ip,
    personal: fields.personal === undefined ? null : { ...fields.personal },
    erased: person !== null && key === undefined,
    ts: new Date(tsMs).toISOString(),
  };
}

/** Returns a record without its sealed fields, even if the key for them still exists. */
function closed(tenantId: string, { person, sealed: _, tsMs, ...rest }: FoundRecord): AuditRecord {
  const ts = new Date(tsMs).toISOString();
  return { ...rest, tenantId, actorId: rest.actorId ?? person, personal: null, erased: false, ts };
}

function placeOf(cursor: string | null): SearchPlace | null {
  if (cursor === null) return null;
  const [, tsMs, sequence] = PLACE.exec(cursor) ?? [];
  if (tsMs === undefined || sequence === undefined) {
    throw invalidCursor();
  }
  return { tsMs: Number(tsMs), sequence: Number(sequence) };
}
