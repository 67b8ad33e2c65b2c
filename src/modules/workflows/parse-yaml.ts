import { isAlias, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { AppError } from '../../kernel/errors/app-error';

/**
 * Parses YAML 1.2 without anchors in linear time. The library's check for duplicate names is not used, because it takes quadratic time.
 * Errors: `invalid_request` with the line and the column.
 */
export function parseYaml(text: string): unknown {
  try {
    return parsed(text);
  } catch (cause) {
    // The library parses nested values recursively.
    if (!(cause instanceof RangeError)) throw cause;
    throw new AppError('invalid_request', 'The definition is nested too deeply.', { cause });
  }
}

function parsed(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, schema: 'core', uniqueKeys: false, strict: true });
  const placed = (message: string, offset: number | undefined): AppError => {
    const { line, col } = lineCounter.linePos(offset ?? 0);
    return new AppError('invalid_request', `${message} (line ${line}, column ${col}).`);
  };
  const [error] = document.errors;
  if (error !== undefined) throw placed('The definition is neither YAML nor JSON', error.pos[0]);
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) throw new AppError('invalid_request', 'A definition cannot use YAML aliases.');
    },
    Map: (_key, map) => {
      const fault = nameFault(map);
      if (fault !== null) throw placed(fault.message, fault.offset);
    },
  });
  return document.toJS();
}

/** Returns a fault for the first map key that is not a plain string or occurs twice; `null` when there is no such key. */
function nameFault({ items }: YAMLMap): { readonly message: string; readonly offset: number | undefined } | null {
  const names = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) return { message: 'The name of a member must be a plain string', offset: undefined };
    const name = String(key.value);
    const offset = key.range?.[0];
    if (names.has(name)) return { message: `There is already a member "${name.slice(0, 64)}"`, offset };
    names.add(name);
  }
  return null;
}
