import { formatNumber } from '../../values/number.js';
import { isArray } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isNumber, isObject } from '../operands.js';

/** A value in a template. `undefined` stands for a member that the object does not have. */
export type TemplateValue = Value | undefined;

/** Formats the output of an action: missing members as `<undefined>`, and everything else like Go's `fmt.Print`. */
export function showResult(value: TemplateValue): string {
  return value === undefined ? '<undefined>' : value === null ? '<no value>' : show(value);
}

/** Formats JSON data like Go's `%v`: `[1 2]`, `map[a:1]`, `<nil>`. */
export function show(value: TemplateValue): string {
  if (value === undefined || value === null) {
    return '<nil>';
  }
  if (typeof value === 'string') {
    return value;
  }
  if (isNumber(value)) {
    return formatNumber(value);
  }
  if (isArray(value)) {
    return `[${value.map(show).join(' ')}]`;
  }
  if (isObject(value)) {
    return `map[${value
      .entries()
      .map(([key, member]) => `${show(key)}:${show(member)}`)
      .join(' ')}]`;
  }
  return typeof value === 'boolean' ? String(value) : `[${value.sorted().map(show).join(' ')}]`;
}

/** Returns whether Go templates treat the value as true: any value that is not false, zero, empty or nil. */
export function isTrue(value: TemplateValue): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0) {
    return false;
  }
  if (isArray(value)) {
    return value.length > 0;
  }
  return !isObject(value) || value.size > 0;
}
