import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import { Writes } from '../../kernel/idempotency/writes';
import { tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { FlagDefinition, FlagDocument } from './contract/flag-document.types';
import { FLAG_LIMITS } from './contract/flag-document.types';
import type { FlagVersion } from './contract/flags-admin.types';
import type { WrittenFlag } from './contract/flags.types';
import { withFlag } from './domain/apply-change';
import { changedFlags } from './domain/document-diff';
import { flagEntityTag, flagResourceOf } from './domain/flag-resource';
import { nameFault } from './domain/validate-document';
import { parseChecked } from './domain/read-document';
import { flagsRefused } from './domain/refusal';
import type { FlagCheck } from './check-flags.handler';
import { FlagSet } from './engine/flag-set';
import { FlagChecks } from './flag-checks';
import { FlagVersionsRepository, type StoredFlags } from './storage/flag-versions.repository';

/** The action that created a version, as shown in the audit log and the history. */
export type FlagAction =
  'flag.put' | 'flag.admin.put' | 'flag.admin.delete' | 'flags.document.put' | 'flags.revert' | 'flags.scheduled.apply';

/** A write to a tenant's flags. */
export interface FlagWrite {
  readonly action: FlagAction;
  /** The key of a flag, or a version number; empty for the document. */
  readonly resourceId: string;
  /**
   * Creates the next document from the current one, checks it, and returns it. Throws to reject the write. Runs under the tenant's lock.
   */
  readonly change: (current: StoredFlags) => FlagDocument | Promise<FlagDocument>;
  readonly restoredFrom?: number;
  readonly scheduledId?: string;
}

/** The maximum number of keys in a history entry: more than anyone reads. */
const MAX_LISTED = 100;

/** Writes flags, for every API: creates a new version of the document, its event and its change notification in one transaction. */
@Injectable()
export class FlagWritesService {
  constructor(
    private readonly versions: FlagVersionsRepository,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    private readonly writes: Writes,
    private readonly checks: FlagChecks,
  ) {}

  /**
   * Creates a version in a separate transaction.
   * @returns `null` if nothing changed.
   */
  async write(
    context: CallContext,
    write: FlagWrite,
  ): Promise<{ readonly made: FlagVersion | null; readonly now: Pick<StoredFlags, 'version' | 'document'> }> {
    const tenantId = requireTenant(context);
    const { action, resourceId } = write;
    const outcome = await this.writes.once(context, { action, input: { resourceId } }, (held) =>
      this.versions.lockedIn(held, tenantId, async (tx, current) => {
        const made = await this.writeIn(tx, context, current, write);
        return made === null
          ? { made, now: current }
          : { made: made.version, now: { version: made.version.version, document: made.document } };
      }),
    );
    // The next read in this process must see the write.
    await this.feed.catchUp();
    return outcome;
  }

  /**
   * Creates a version like {@link write}, in a transaction that holds the tenant's lock.
   * @returns `null` if nothing changed.
   */
  async writeIn(
    tx: Tx,
    context: CallContext,
    current: StoredFlags,
    write: FlagWrite,
  ): Promise<{ readonly version: FlagVersion; readonly document: FlagDocument } | null> {
    const origin = { kind: 'flags.write', tenantId: requireTenant(context) };
    const document = await write.change(current);
    const text = await tenantScheduler.run(origin, () => JSON.stringify(document));
    if (text === current.text) return null;
    if (Buffer.byteLength(text) > FLAG_LIMITS.maxBytes) {
      throw new AppError(
        'payload_too_large',
        `The flags of a tenant have at most ${FLAG_LIMITS.maxBytes} bytes as JSON.`,
      );
    }
    const digest = createHash('sha256').update(text).digest('hex');
    const changed = await tenantScheduler.run(origin, () => changedFlags(current.document, document));
    const { action, restoredFrom = null, scheduledId = null } = write;
    const version = await this.versions.insert(tx, requireTenant(context), current.version, {
      action,
      digest,
      document: text,
      flagCount: Object.keys(document.flags).length,
      changedFlags: changed.slice(0, MAX_LISTED),
      restoredFrom,
      scheduledId,
      createdBy: context.actor.id,
    });
    const metadata = {
      version: version.version,
      digest,
      changed: changed.slice(0, MAX_LISTED),
      ...(restoredFrom === null ? {} : { restoredFrom }),
      ...(scheduledId === null ? {} : { scheduledId }),
    };
    const audited = { action, resourceType: 'flag', resourceId: write.resourceId, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
    return { version, document };
  }

  /** Creates or replaces a flag from its JSON. Errors: as `FlagsPort.put`. */
  async putFlag(
    context: CallContext,
    action: FlagAction,
    key: string,
    text: string,
    condition: Condition,
  ): Promise<WrittenFlag> {
    const badName = nameFault(key);
    if (badName !== null) throw flagsRefused([{ pointer: '/key', code: 'bad_name', message: badName }]);
    await this.assertSound(context, { kind: 'flag', text });
    const flag = parseChecked(text) as FlagDefinition;
    const { now } = await this.write(context, {
      action,
      resourceId: key,
      change: async (current) => {
        assertFlagCondition(condition, flagIn(current.document, key));
        await this.assertSound(context, { kind: 'flag-in', text, key, document: current.text });
        return withFlag(current.document, key, flag);
      },
    });
    const resource = flagResourceOf(new FlagSet(now.version, now.document), key);
    if (!resource) throw new Error('The flag that was just written does not exist.');
    return { flag: resource, version: now.version };
  }

  /** Checks flags. Errors: `invalid_request` with the position of each fault. */
  async assertSound(context: CallContext, check: FlagCheck): Promise<void> {
    const faults = await this.checks.faults(context, check);
    if (faults.length > 0) throw flagsRefused(faults);
  }
}

/** Returns a flag of a document; uses only own properties. */
export function flagIn(document: FlagDocument, key: string): FlagDefinition | null {
  return Object.hasOwn(document.flags, key) ? (document.flags[key] ?? null) : null;
}

/** Checks the condition of a write to a flag. Errors: `precondition_failed`. */
export function assertFlagCondition(condition: Condition, flag: FlagDefinition | null): void {
  assertCondition(condition, flag && flagEntityTag(flag), 'The flag');
}
