import { AppError } from '../../kernel/errors/app-error';
import type { FileContent, FileRequest } from './contract/files.port';
import { rangeOf } from './domain/byte-range';
import type { Validators } from './domain/file-tag';
import { evaluate, rangeHolds } from './preconditions';

/**
 * What a request gets of a content, by its conditions and its range.
 * @param current what the conditions are held against.
 * Errors: `precondition_failed`, `range_not_satisfiable`.
 */
export function wantedPart(
  current: Validators,
  sizeBytes: number,
  { conditions, range }: Pick<FileRequest, 'conditions' | 'range'>,
  nowMs: number,
): Pick<FileContent, 'kind' | 'start' | 'end'> {
  const whole = { start: 0, end: sizeBytes - 1 };
  const verdict = evaluate(conditions, current, 'read');
  if (verdict === 'failed') {
    throw new AppError('precondition_failed', 'The file is another one than the conditions of this call ask for.');
  }
  if (verdict === 'not modified') return { kind: 'not modified', ...whole };
  if (range === undefined || !rangeHolds(conditions.ifRange, current, nowMs)) return { kind: 'whole', ...whole };
  const part = rangeOf(range, sizeBytes);
  if (part === 'whole') return { kind: 'whole', ...whole };
  if (part !== 'unsatisfiable') return { kind: 'part', ...part };
  throw new AppError(
    'range_not_satisfiable',
    `The file has ${sizeBytes} bytes, and none where the range asks for them.`,
    {
      // RFC 9110 §15.5.17
      headers: { 'Content-Range': `bytes */${sizeBytes}`, 'Accept-Ranges': 'bytes' },
    },
  );
}
