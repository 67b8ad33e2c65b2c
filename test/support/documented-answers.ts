import { readFileSync } from 'node:fs';
import path from 'node:path';
import { literalPattern } from './literal-pattern';
import { root } from './source-files';

/**
 * A placeholder for any text in a documented response. If it is the complete value, it matches any value. At the end of an array, it
 * matches further items.
 */
const ANY = '…';

/** Returns the values of all `json` code blocks of a Markdown page, in order: the responses that a reader expects. */
function documentedAnswers(document: string): readonly unknown[] {
  const text = readFileSync(path.join(root, document), 'utf8');
  return [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => JSON.parse(block) as unknown);
}

/** Returns the documented responses that do not occur in the output in the same order. Objects in the output can have more members. */
export function missingAnswers(document: string, output: string): readonly unknown[] {
  let answers = output.split('\n').flatMap(parsed);
  return documentedAnswers(document).filter((documented) => {
    const index = answers.findIndex((answer) => isLike(documented, answer));
    if (index !== -1) answers = answers.slice(index + 1);
    return index === -1;
  });
}

function parsed(line: string): readonly unknown[] {
  try {
    return [JSON.parse(line) as unknown];
  } catch {
    return [];
  }
}

function isLike(documented: unknown, actual: unknown): boolean {
  if (documented === ANY) return actual !== undefined;
  if (typeof documented === 'string') return typeof actual === 'string' && patternOf(documented).test(actual);
  if (Array.isArray(documented)) {
    const items: readonly unknown[] = documented.at(-1) === ANY ? documented.slice(0, -1) : documented;
    if (!Array.isArray(actual) || actual.length < items.length) return false;
    const hasAllItems = items.length < documented.length || actual.length === items.length;
    return hasAllItems && items.every((item, index) => isLike(item, actual[index]));
  }
  if (typeof documented !== 'object' || documented === null) return documented === actual;
  if (typeof actual !== 'object' || actual === null) return false;
  const members = actual as Readonly<Record<string, unknown>>;
  return Object.entries(documented).every(([name, value]) => isLike(value, members[name]));
}

const patternOf = (text: string): RegExp => new RegExp(`^${text.split(ANY).map(literalPattern).join('.*')}$`, 's');
