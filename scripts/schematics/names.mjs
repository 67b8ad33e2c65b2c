import { Refusal } from './refusal.mjs';

const NAME = /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/;
/** The limit also applies to the PostgreSQL schema of the same name. */
const MAX_CHARS = 40;

/**
 * Returns the names of a resource in each spelling. The passed name can be singular or plural. The plural must be regular, because the
 * default policy relies on that to find the scope of an action.
 *
 * @param {string} name such as `invoices` or `purchase-order`
 */
export function namesOf(name) {
  if (!NAME.test(name) || name.length > MAX_CHARS) {
    throw new Refusal(
      `"${name}" is not a valid name. Use lowercase words of letters and digits, separated by "-", at most ${MAX_CHARS} characters.`,
    );
  }
  const words = name.split(/[-_]/);
  const last = words.pop() ?? '';
  const one = [...words, singularOf(last)];
  const many = [...words, pluralOf(singularOf(last))];
  if (one.join() === many.join()) throw new Refusal(`"${name}" has no distinct plural.`);
  return {
    /** `purchase-order`, for folders, files and paths. */
    one: one.join('-'),
    many: many.join('-'),
    /** `purchase_order`, for SQL, scopes and actions. */
    oneSnake: one.join('_'),
    manySnake: many.join('_'),
    oneCamel: camelOf(one),
    manyCamel: camelOf(many),
    onePascal: pascalOf(one),
    manyPascal: pascalOf(many),
    /** `PURCHASE_ORDER`, for constants. */
    oneUpper: one.join('_').toUpperCase(),
    /** `purchase order`, for sentences. */
    oneWords: one.join(' '),
    manyWords: many.join(' '),
    aOne: `${/^[aeiou]/.test(one.join(' ')) ? 'an' : 'a'} ${one.join(' ')}`,
    AOne: `${/^[aeiou]/.test(one.join(' ')) ? 'An' : 'A'} ${one.join(' ')}`,
  };
}

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const pascalOf = (words) => words.map(capital).join('');
const camelOf = ([first, ...rest]) => first + pascalOf(rest);

function pluralOf(word) {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

function singularOf(word) {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

/** Converts a name to its SQL form: `dueDate` becomes `due_date`. */
export const snakeOf = (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Returns three letters from the name, preferably consonants, that no other id begins with.
 * @param {string} name such as `purchase-order`
 * @param {ReadonlySet<string>} taken
 */
export function prefixOf(name, taken) {
  const [first, ...rest] = name.replaceAll(/[^a-z]/g, '');
  const consonants = rest.filter((letter) => !'aeiou'.includes(letter));
  for (const letters of [consonants, rest, [...'abcdefghijklmnopqrstuvwxyz']]) {
    for (const [at, second] of letters.entries()) {
      for (const third of letters.slice(at + 1)) {
        if (!taken.has(first + second + third)) return first + second + third;
      }
    }
  }
  throw new Refusal(`No prefix is left for the ids of "${name}".`);
}
