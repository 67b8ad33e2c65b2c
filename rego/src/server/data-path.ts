import { ApiError, invalidParameter } from './api-error.js';

const NAME = /^[A-Za-z_]\w*$/;
const INDEX = /^[+-]?\d{1,15}$/;

/** The path of a document in a request. */
export interface DataPath {
  /** Member names and indexes, decoded. */
  readonly parts: readonly string[];
  /** `data.a["b c"][0]` */
  readonly reference: string;
  /** True if a part is a number, which can select an element of an array that a rule produces. */
  readonly hasIndex: boolean;
}

/** Parses the URL path after `/v1/data`, which is still escaped. Errors: `ApiError` for a name with a quotation mark, as in OPA. */
export function parseDataPath(escaped: string): DataPath {
  const parts = escaped
    .split('/')
    .filter((part) => part !== '')
    .map(unescapePart);
  const bad = parts.find((part) => part.includes('"'));
  if (bad !== undefined) {
    throw new ApiError(500, 'internal_error', `invalid_parameter: invalid path: invalid ref term '${bad}'`);
  }
  const isIndex = parts.map((part) => INDEX.test(part));
  const reference = parts.map((part, index) => {
    if (isIndex[index] === true) return `[${Number(part)}]`;
    return NAME.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
  });
  return { parts, reference: `data${reference.join('')}`, hasIndex: isIndex.includes(true) };
}

/** Parses a path to write to, like `parseDataPath`. Errors: 400 for a part that cannot be decoded. */
export function parseWritePath(escaped: string): readonly string[] {
  const trimmed = escaped.replace(/^\/+|\/+$/g, '');
  if (trimmed === '') return [];
  try {
    return trimmed.split('/').map((part) => decodeURIComponent(part));
  } catch {
    throw invalidParameter(`bad path: ${escaped}`);
  }
}

function unescapePart(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
