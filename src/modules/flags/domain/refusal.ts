import type { FlagFault } from '../contract/flag-document.types';
import { AppError } from '../../../kernel/errors/app-error';

/** Returns the error for invalid flags: 400 with the position of each fault, or 413 if the only fault is their size. */
export function flagsRefused(faults: readonly FlagFault[]): AppError {
  const [first] = faults;
  if (first?.code === 'too_large' && first.pointer === '') return new AppError('payload_too_large', first.message);
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const place = first?.line === undefined ? '' : `line ${first.line}, column ${first.column ?? 1}: `;
  const where = first === undefined || first.pointer === '' ? '' : `${first.pointer}: `;
  return new AppError('invalid_request', `The flags are invalid: ${place}${where}${first?.message ?? ''}${more}`, {
    fields: faults.map((fault) => ({ ...fault })),
  });
}
