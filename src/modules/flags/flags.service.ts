import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Condition } from '../../kernel/http/conditions/conditions';
import type { PageQuery } from '../../kernel/lists/page';
import { ListCursors } from '../../kernel/lists/list-cursors';
import type { FlagsPort } from './contract/flags.port';
import type { EvaluationContext, FlagEvaluation } from './contract/flag-evaluation.types';
import type { FlagPage, SnapshotEvaluation, SnapshotEvaluations, WrittenFlag } from './contract/flags.types';
import { checkContext, invalidContext } from './contract/evaluation-context';
import { evaluateAll } from './evaluate-all';
import { FlagCache, type CachedFlags } from './flag-cache';
import { flagResources } from './flag-resources';
import { FlagWritesService } from './flag-writes.service';

@Injectable()
export class FlagsService implements FlagsPort {
  constructor(
    private readonly holder: FlagCache,
    private readonly writes: FlagWritesService,
  ) {}

  /** Synchronous if the flags are in memory, which is nearly always the case. */
  evaluate(context: CallContext, key: string, by: EvaluationContext): Promise<SnapshotEvaluation> {
    const tenantId = requireTenant(context);
    const held = this.holder.current(tenantId);
    if (held === null) return this.evaluateCold(tenantId, key, by);
    const read = checkContext(by);
    return 'fault' in read ? Promise.reject(invalidContext(read.fault)) : Promise.resolve(evaluated(held, key, by));
  }

  async evaluateAll(context: CallContext, by: EvaluationContext): Promise<SnapshotEvaluations> {
    assertContext(by);
    const { set, isStale } = await this.flagsOf(context);
    const evaluations = await evaluateAll(requireTenant(context), set, by);
    return { snapshotId: set.snapshotId, evaluations: isStale ? evaluations.map(stale) : evaluations };
  }

  async list(context: CallContext, query: PageQuery): Promise<FlagPage> {
    const cursors = new ListCursors('flags', requireTenant(context));
    const after = cursors.after(query.cursor);
    const { set } = await this.flagsOf(context);
    const keys = Object.keys(set.document.flags).sort();
    const rest = after === null ? keys : keys.filter((key) => key > after);
    const page = rest.slice(0, query.limit);
    const last = page.at(-1);
    const items = await flagResources(requireTenant(context), set, page);
    const nextCursor = rest.length > page.length && last !== undefined ? cursors.cursor(last) : null;
    return { items, nextCursor, snapshotId: set.snapshotId };
  }

  put(context: CallContext, key: string, definition: string, condition: Condition): Promise<WrittenFlag> {
    return this.writes.putFlag(context, 'flag.put', key, definition, condition);
  }

  private async evaluateCold(tenantId: string, key: string, by: EvaluationContext): Promise<SnapshotEvaluation> {
    assertContext(by);
    return evaluated(await this.obtain(tenantId), key, by);
  }

  private flagsOf(context: CallContext): Promise<CachedFlags> {
    const tenantId = requireTenant(context);
    const held = this.holder.current(tenantId);
    return held === null ? this.obtain(tenantId) : Promise.resolve(held);
  }

  private async obtain(tenantId: string): Promise<CachedFlags> {
    const set = await this.holder.obtain(tenantId);
    return this.holder.current(tenantId) ?? { set, isStale: false };
  }
}

function evaluated({ set, isStale }: CachedFlags, key: string, by: EvaluationContext): SnapshotEvaluation {
  const evaluation = set.evaluate(key, by);
  return { snapshotId: set.snapshotId, evaluation: isStale ? stale(evaluation) : evaluation };
}

/** Returns an evaluation of flags that may be stale (OpenFeature: STALE); an error stays an error. */
function stale(evaluation: FlagEvaluation): FlagEvaluation {
  return evaluation.errorCode === null ? { ...evaluation, reason: 'STALE' } : evaluation;
}

function assertContext(by: EvaluationContext): void {
  const read = checkContext(by);
  if ('fault' in read) throw invalidContext(read.fault);
}
