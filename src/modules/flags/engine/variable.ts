import { OPERATOR_STEPS, type WorkLimit } from './work-limit';

/** Returns the members in a `var` path, which are separated by `.`; `\.` is a dot within a name. */
export function pathOf(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.includes('\\')) return path.split('.');
  const members: string[] = [];
  let member = '';
  for (let at = 0; at < path.length; at += 1) {
    const unit = path.charAt(at);
    if (unit === '.') {
      members.push(member);
      member = '';
    } else if (unit === '\\' && ['.', '/', '\\'].includes(path.charAt(at + 1))) {
      at += 1;
      member += path.charAt(at);
    } else {
      member += unit;
    }
  }
  members.push(member);
  return members;
}

/**
 * Returns the value at a path, or `undefined` if there is no value. Only own properties count, because objects also inherit properties that
 * were not sent.
 */
export function lookUp(data: unknown, path: readonly string[], work: WorkLimit): unknown {
  let value = data;
  for (const member of path) {
    work.charge(OPERATOR_STEPS);
    if ((typeof value !== 'object' && typeof value !== 'string') || value === null) return undefined;
    if (!Object.hasOwn(value as object, member)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[member];
  }
  return value;
}
