import type { Budget } from '../evaluate/budget.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { RegoArray, Value } from '../values/value.js';
import { chargeArray, chargeReading } from './costs.js';
import { operandError } from './operands.js';

/**
 * Splits a path into segments. An array is returned as is. A string is split at `/`, where `~1` stands for `/` and `~0` for `~`, and
 * leading slashes are dropped. The empty string is the entire document.
 */
export function parsePath(path: Value, budget: Budget): RegoArray {
  if (isArray(path)) {
    return path;
  }
  if (typeof path !== 'string') {
    throw operandError(
      2,
      `must be one of {set, array} containing string paths or array of path segments but got ${typeNameOf(path)}`,
    );
  }
  if (path === '') {
    return [];
  }
  chargeReading(budget, path.length);
  const parts = path.replace(/^\/+/, '').split('/');
  chargeArray(budget, parts.length);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
