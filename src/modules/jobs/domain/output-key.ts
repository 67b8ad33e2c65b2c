import { JOB_LIMITS } from '../contract/job-limits';

/** Returns a message for the author of an invalid output key; `null` for a relative path that stays in the directory. */
export function outputKeyFault(key: string): string | null {
  if (key === '') return 'it is empty';
  if (key.length > JOB_LIMITS.maxPathChars) return `it has more than ${JOB_LIMITS.maxPathChars} characters`;
  if (/[\\\p{Cc}]/u.test(key) || !key.isWellFormed()) return 'it contains a backslash or a control character';
  if (key.split('/').some((part) => ['', '.', '..'].includes(part))) {
    return 'it is not a relative path of slash-separated segments, none of them empty, "." or ".."';
  }
  return null;
}

/** The content types by file name extension, for files whose bytes do not reveal the type. */
const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/jsonl',
  log: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

/** Returns the media type for a key's extension; empty for an unknown extension. */
export function namedType(key: string): string {
  const [, ending = ''] = /\.([a-z0-9]{1,8})$/i.exec(key) ?? [];
  const name = ending.toLowerCase();
  return Object.hasOwn(TYPES, name) ? (TYPES[name] ?? '') : '';
}
