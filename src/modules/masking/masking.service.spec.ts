import { systemContext } from '../../kernel/context/call-context';
import type { Clock } from '../../kernel/time/clock';
import type { AuditPort } from '../audit/contract/audit.port';
import { newMaskingRules, type NewMaskingRules } from './contract/masking-rules.types';
import { compileRules } from './domain/compiled-rules';
import { NO_OPTIONS } from './domain/masker';
import type { MaskingKeyRings } from './masking-key-rings';
import type { MaskingRulesCache } from './masking-rules-cache';
import { MaskingService } from './masking.service';
import type { MaskingWorkers } from './worker/masking-workers';

/** Returns a service that has these rules and whose threads return a fixed text. */
function serviceOf(rules: Partial<NewMaskingRules>): { service: MaskingService; signals: (AbortSignal | undefined)[] } {
  const compiled = compileRules(newMaskingRules.parse(rules));
  const signals: (AbortSignal | undefined)[] = [];
  const workers: Pick<MaskingWorkers, 'mask'> = {
    mask: (_tenant, _job, over) => {
      signals.push(over);
      return Promise.resolve({ text: 'by a thread', refusedPatterns: [] });
    },
  };
  const service = new MaskingService(
    { rulesOf: () => compiled } as unknown as MaskingRulesCache,
    {} as MaskingKeyRings,
    workers as MaskingWorkers,
    {} as AuditPort,
    {} as Clock,
  );
  return { service, signals };
}

const context = systemContext('req-1', 'tnt-a');
const PATTERN = { name: 'MINE', pattern: 'a.*z|a', strategy: 'redact' as const };

describe('custom patterns never run on the main thread', () => {
  it.each(['', 'x', 'a'.repeat(4_000)])('%#: without patterns, short text does not need a thread', async (text) => {
    const { service } = serviceOf({});
    expect(await service.maskString(context, text, NO_OPTIONS)).toMatchObject({ text });
  });

  it.each(['', 'x'])('the text %j is masked in a thread if the rules have patterns', async (text) => {
    const { service } = serviceOf({ patterns: [PATTERN] });
    expect(await service.maskString(context, text, NO_OPTIONS)).toMatchObject({ text: 'by a thread' });
    expect(await service.mask(context, JSON.stringify(text), NO_OPTIONS)).toMatchObject({ text: 'by a thread' });
  });

  it.each(['', 'x'])('the text %j is masked in a thread if the call has patterns', async (text) => {
    const { service, signals } = serviceOf({});
    const { signal } = new AbortController();
    const wish = { ...NO_OPTIONS, extraPatterns: ['a'] };
    expect(await service.maskString(context, text, wish, signal)).toMatchObject({ text: 'by a thread' });
    expect(signals).toEqual([signal]);
  });
});
