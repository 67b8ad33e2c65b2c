import { AppError, type FieldError } from '../../kernel/errors/app-error';
import { assertCondition, type Condition } from '../../kernel/http/conditions/conditions';
import { type BundleFault, policyEntityTag, type PolicyVersion } from './contract/policy-bundles.types';

/** Throws unless the active version meets the condition of a write. Errors: `precondition_failed`. */
export function assertActive(condition: Condition, active: PolicyVersion | null): void {
  assertCondition(condition, active && policyEntityTag(active), 'The active policy');
}

/** Returns the error for a refused bundle: 422 with each fault and its location, or 413 if the only fault is the size of the bundle. */
export function bundleRefused(faults: readonly BundleFault[]): AppError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const place = [first?.file, first?.row, first?.col].filter((part) => part !== null && part !== '').join(':');
  const message = `The policy bundle is refused: ${place === '' ? '' : `${place}: `}${first?.message ?? ''}${more}`;
  return new AppError('unprocessable', message, { fields: faults.map(fieldError) });
}

function fieldError({ file, row, col, code, message }: BundleFault): FieldError {
  const place = [file, row, col].filter((part) => part !== null).join(':');
  return { pointer: file === '' ? '' : `/${place}`, code, message };
}
