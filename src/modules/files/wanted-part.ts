import { AppError } from '../../kernel/errors/app-error';
import type { FileContent, FileRequest } from './contract/files.port';
import { rangeOf } from './domain/byte-range';
import type { Validators } from './domain/file-tag';
import { evaluate, rangeHolds } from './preconditions';

/**
 * Returns the part of the content that a request asks for, according to the request's conditions and range.
 * @param current the validators for the conditions.
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
    throw new AppError(
      'precondition_failed',
      'The file does not meet the conditions of this request. Get it again and update the conditions.',
    );
  }
  if (verdict === 'not modified') return { kind: 'not modified', ...whole };
  if (range === undefined || !rangeHolds(conditions.ifRange, current, nowMs)) return { kind: 'whole', ...whole };
  const part = rangeOf(range, sizeBytes);
  if (part === 'whole') return { kind: 'whole', ...whole };
  if (part !== 'unsatisfiable') return { kind: 'part', ...part };
  throw new AppError('range_not_satisfiable', `The range is outside the file, which has ${sizeBytes} bytes.`, {
    // RFC 9110 §15.5.17
    headers: { 'Content-Range': `bytes */${sizeBytes}`, 'Accept-Ranges': 'bytes' },
  });
}
