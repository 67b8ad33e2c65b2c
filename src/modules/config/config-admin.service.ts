import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import type { CallContext } from '../../kernel/context/call-context';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../kernel/lists/page';
import { Writes } from '../../kernel/idempotency/writes';
import { ListCursors } from '../../kernel/lists/list-cursors';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { ConfigAdminPort } from './contract/config-admin.port';
import {
  CONFIG_LIMITS,
  type ConfigDocument,
  configEntityTag,
  type ConfigEntry,
  type ConfigPatch,
  type ConfigVersion,
  type ConfigVersionDocument,
} from './contract/config-admin.types';
import { type ConfigState, type Entries, snapshotOf } from './domain/config-state';
import { entryFaults } from './domain/entry-faults';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

/** Audit actions for changes to a tenant's configuration, and to the defaults. */
const ACTIONS = {
  put: ['config.put', 'config.defaults.put'],
  set: ['config.set', 'config.defaults.set'],
  putValue: ['config.value.put', 'config.defaults.value.put'],
  deleteValue: ['config.value.delete', 'config.defaults.value.delete'],
  revert: ['config.revert', 'config.defaults.revert'],
} as const;

/** A write to a configuration. */
interface ConfigWrite {
  readonly action: keyof typeof ACTIONS;
  /** The key that the write affects; empty for the entire configuration. */
  readonly resourceId: string;
  readonly condition: Condition;
  /** Returns the new entries; throws to reject the write. Runs while the configuration is locked. */
  readonly change: (own: Entries) => Entries;
  readonly restoredFrom?: number;
}

/** The maximum number of keys that a history entry lists. */
const MAX_LISTED = 100;

@Injectable()
export class ConfigAdminService implements ConfigAdminPort {
  constructor(
    private readonly repository: ConfigVersionsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
  ) {}

  async get({ tenantId }: CallContext): Promise<ConfigDocument> {
    return documentOf(await this.repository.state(tenantId));
  }

  async entry(
    { tenantId }: CallContext,
    key: string,
  ): Promise<{ readonly entry: ConfigEntry; readonly version: number }> {
    const { own, defaults } = await this.repository.state(tenantId);
    const [value, source] = Object.hasOwn(own.entries, key)
      ? ([own.entries[key], 'own'] as const)
      : ([Object.hasOwn(defaults.entries, key) ? defaults.entries[key] : undefined, 'default'] as const);
    if (value === undefined) throw notSet();
    return { entry: { key, value, source }, version: own.version };
  }

  async replace(context: CallContext, values: Entries, condition: Condition): Promise<ConfigDocument> {
    assertEntries(values);
    return this.write(context, { action: 'put', resourceId: '', condition, change: () => values });
  }

  async change(context: CallContext, values: ConfigPatch['values'], condition: Condition): Promise<ConfigDocument> {
    const set = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null);
    assertEntries(Object.fromEntries(set));
    return this.write(context, {
      action: 'set',
      resourceId: '',
      condition,
      change: (own) => {
        const kept = Object.entries(own).filter(([key]) => !Object.hasOwn(values, key));
        return Object.fromEntries([...kept, ...set]);
      },
    });
  }

  async set(context: CallContext, key: string, value: string, condition: Condition): Promise<ConfigDocument> {
    // Not an object literal, because that would hide a key named __proto__, which must be rejected.
    assertEntries(Object.fromEntries([[key, value]]));
    return this.write(context, {
      action: 'putValue',
      resourceId: key,
      condition,
      change: (own) => ({ ...own, [key]: value }),
    });
  }

  async remove(context: CallContext, key: string, condition: Condition): Promise<void> {
    await this.write(context, {
      action: 'deleteValue',
      resourceId: key,
      condition,
      change: (own) => {
        if (!Object.hasOwn(own, key)) throw notSet();
        return Object.fromEntries(Object.entries(own).filter(([name]) => name !== key));
      },
    });
  }

  async versions({ tenantId }: CallContext, query: PageQuery): Promise<Page<ConfigVersion>> {
    const cursors = new ListCursors('config versions', tenantId);
    const versions = await this.repository.page(tenantId, cursors.afterNumber(query.cursor), query.limit + 1);
    return cursors.page(versions, query.limit, ({ version }) => version);
  }

  async version({ tenantId }: CallContext, version: number): Promise<ConfigVersionDocument> {
    const found = await this.repository.find(tenantId, version);
    if (!found) throw new AppError('not_found', 'There is no such version of the configuration.');
    return found;
  }

  async revert(context: CallContext, version: number, condition: Condition): Promise<ConfigDocument> {
    const { own } = await this.version(context, version);
    return this.write(context, {
      action: 'revert',
      resourceId: String(version),
      condition,
      change: () => own,
      restoredFrom: version,
    });
  }

  /** Writes a new version, its event and its notification in one transaction. Does not write anything if no value has changed. */
  private async write(context: CallContext, { change, ...write }: ConfigWrite): Promise<ConfigDocument> {
    const { tenantId } = context;
    const { resourceId, restoredFrom = null } = write;
    const action = ACTIONS[write.action][tenantId === null ? 1 : 0];
    const state = await this.writes.once(context, { action, input: { resourceId, restoredFrom } }, (tx) =>
      this.repository.locked(tx, tenantId, async (current) => {
        assertCondition(write.condition, configEntityTag(current.own.version), 'The configuration');
        const entries = change(current.own.entries);
        const changedKeys = changedIn(current.own.entries, entries);
        if (changedKeys.length === 0) return current;
        assertSize(entries);
        const listed = changedKeys.slice(0, MAX_LISTED);
        const made = { action, entries, changedKeys: listed, restoredFrom, createdBy: context.actor.id };
        const own = await this.repository.insert(tx, tenantId, current, made);
        // Lists only keys, because a log must not contain values.
        const metadata = { version: own.version, changed: listed, ...(restoredFrom === null ? {} : { restoredFrom }) };
        const audited = { action, resourceType: 'config', resourceId, metadata };
        await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
        return { ...current, own };
      }),
    );
    // The next request to this process must return the new state.
    await this.feed.catchUp();
    return documentOf(state);
  }
}

function documentOf(state: ConfigState): ConfigDocument {
  const { values, updatedAtMs } = snapshotOf(state);
  return {
    version: state.own.version,
    values: { ...values },
    own: { ...state.own.entries },
    updatedAt: updatedAtMs === 0 ? null : new Date(updatedAtMs).toISOString(),
  };
}

function changedIn(before: Entries, after: Entries): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]).sort();
}

function assertEntries(values: Entries): void {
  const fields = entryFaults(values);
  if (fields.length === 0) return;
  throw new AppError('invalid_request', 'The configuration is invalid; see errors.', { fields });
}

function assertSize(entries: Entries): void {
  const keys = Object.keys(entries);
  if (keys.length > CONFIG_LIMITS.maxKeys) {
    throw new AppError('payload_too_large', `A configuration can have at most ${CONFIG_LIMITS.maxKeys} keys.`);
  }
  let bytes = 0;
  for (const key of keys) bytes += Buffer.byteLength(key) + Buffer.byteLength(entries[key] ?? '');
  if (bytes > CONFIG_LIMITS.maxBytes) {
    throw new AppError('payload_too_large', `A configuration can have at most ${CONFIG_LIMITS.maxBytes} bytes.`);
  }
}

function notSet(): AppError {
  return new AppError('not_found', 'There is no such key in this configuration.');
}
