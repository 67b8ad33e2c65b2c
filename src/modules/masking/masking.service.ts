import { Injectable } from '@nestjs/common';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { tenantScheduler } from '../../kernel/threads/tenant-scheduler';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { auditEvent } from '../audit/contract/audit.types';
import type { MaskingPort } from './contract/masking.port';
import { type Detokenised, type MaskedText, MASKING_LIMITS, type MaskingOptions } from './contract/masking.types';
import { type CompiledRules, INSTALLATION_RULES } from './domain/compiled-rules';
import { detokeniseRecord } from './domain/detokenise-record';
import type { KeyRing } from './domain/masking-keys';
import { callNeedsKeys, Masker, unknownEntity } from './domain/masker';
import { openToken } from './domain/token';
import { MaskingKeyRings } from './masking-key-rings';
import { MaskingRulesCache } from './masking-rules-cache';
import { MaskingWorkers } from './worker/masking-workers';

/**
 * The maximum length of text that is masked on the main thread. Masking it takes a few milliseconds at most. Longer text goes to a worker
 * thread.
 */
const MAX_INLINE_LENGTH = 8 * 1024;
/** The same limit for values that are masked with keys. It is lower, because each value then requires about 50 µs of cryptography. */
const MAX_INLINE_KEYED_LENGTH = 2 * 1024;

@Injectable()
export class MaskingService implements MaskingPort {
  constructor(
    private readonly rules: MaskingRulesCache,
    private readonly rings: MaskingKeyRings,
    private readonly workers: MaskingWorkers,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  mask(context: CallContext, json: string, wish: MaskingOptions, over?: AbortSignal): Promise<MaskedText> {
    return this.run(context, 'json', json, wish, over);
  }

  maskString(context: CallContext, text: string, wish: MaskingOptions, over?: AbortSignal): Promise<MaskedText> {
    return this.run(context, 'text', text, wish, over);
  }

  async detokenise(context: CallContext, tokens: readonly string[]): Promise<readonly Detokenised[]> {
    const tenantId = requireTenant(context);
    const ring = await this.rings.ringOf(tenantId);
    const items = await tenantScheduler.runSliced({ kind: 'masking.detokenise', tenantId }, opened(ring, tokens));
    const event = auditEvent(context, detokeniseRecord(items), this.clock.nowMs());
    // The call is recorded before the response is sent: without a record, no value is returned.
    await this.audit.record(context, event);
    return items;
  }

  private async run(
    { tenantId }: CallContext,
    kind: 'json' | 'text',
    input: string,
    wish: MaskingOptions,
    over: AbortSignal | undefined,
  ): Promise<MaskedText> {
    if (input.length > MASKING_LIMITS.maxTextLength) {
      throw new AppError(
        'payload_too_large',
        `At most ${MASKING_LIMITS.maxTextLength} characters can be masked in one request.`,
      );
    }
    const rules = await this.rulesOf(tenantId);
    const unknown = unknownEntity(rules, wish);
    if (unknown !== null) {
      throw new AppError('invalid_request', `There is no entity ${unknown}.`, {
        fields: [
          { pointer: `/entityStrategies/${unknown}`, code: 'unknown_entity', message: 'There is no such entity.' },
        ],
      });
    }
    // Without a tenant, there are no keys, and all values that would need keys are redacted.
    const ring = tenantId !== null && callNeedsKeys(rules, wish) ? await this.rings.ringOf(tenantId) : null;
    if (input.length > inlineLength(rules, wish, ring !== null)) {
      return this.workers.mask(tenantId ?? '', { kind, input, rules: rules.rules, wish, ring }, over);
    }
    return new Masker(rules, wish, ring)[kind](input);
  }

  private rulesOf(tenantId: string | null): CompiledRules | Promise<CompiledRules> {
    return tenantId === null ? INSTALLATION_RULES : this.rules.rulesOf(tenantId);
  }
}

/** Opens tokens one by one. Each takes about 40 µs. */
function* opened(ring: KeyRing, tokens: readonly string[]): Generator<undefined, Detokenised[], undefined> {
  const items: Detokenised[] = [];
  for (const token of tokens) {
    items.push({ token, value: openToken(ring, token) });
    yield;
  }
  return items;
}

/**
 * Returns the maximum length of text that is masked on the main thread. Tenants' and callers' patterns never run there, because they may
 * use their full time limit.
 */
function inlineLength(rules: CompiledRules, wish: MaskingOptions, keyed: boolean): number {
  // Not even empty text is masked on the main thread, because compiling the patterns takes a long time.
  if (wish.extraPatterns.length + rules.patterns.length > 0) return -1;
  return keyed ? MAX_INLINE_KEYED_LENGTH : MAX_INLINE_LENGTH;
}
