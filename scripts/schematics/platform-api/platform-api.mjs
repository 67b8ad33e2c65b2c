import { apply, applyTemplates, chain, mergeWith, url } from '@angular-devkit/schematics';
import { Refusal } from '../refusal.mjs';
import { fieldsOf } from '../fields.mjs';
import { formatted } from '../formatted.mjs';
import { stampAfter } from '../migration-stamp.mjs';
import { namesOf, prefixOf } from '../names.mjs';
import { commandsOf } from './command-line.mjs';
import { assertFree, registered, takenPrefixes } from './registration.mjs';

/**
 * Generates a complete module in the style of this project, hosted by the backend: `nest g platform-api <name>
 * [members]`.
 * @param {{ name: string, path?: string, fields?: string, now?: string }} options see schema.json
 */
export function platformApi(options) {
  return (tree) => {
    const api = describe(tree, options);
    assertFree(tree, api);
    return chain([mergeWith(apply(url('./files'), [applyTemplates(api)])), registered(api), formatted()]);
  };
}

/** Returns the values that the templates use. */
function describe(tree, { name, path, fields: members = path, now }) {
  const names = namesOf(name);
  const fields = fieldsOf(names, members);
  const time = now === undefined ? new Date() : new Date(now);
  if (Number.isNaN(time.getTime())) throw new Refusal(`"${now}" is not an ISO 8601 time.`);
  const api = {
    ...names,
    ManyWords: names.manyWords.charAt(0).toUpperCase() + names.manyWords.slice(1),
    fields,
    hasDays: fields.some(({ type }) => type === 'date'),
    hasNumbers: fields.some(({ type }) => type === 'number'),
    /** The member that a list can be sorted by, in addition to times. */
    sorted: fields.find(({ type, isNullable }) => type === 'string' && !isNullable),
    /** The members that a list can be filtered by. */
    filtered: fields.filter(({ type }) => type === 'string'),
    /** The member that a test changes. */
    changed: fields.find(({ isNullable }) => !isNullable),
    prefix: prefixOf(names.one, takenPrefixes(tree)),
    ...stampAfter(tree, time),
    wrapped,
  };
  return { ...api, ...commandsOf(api) };
}

/** Wraps names into lines of SQL. @param {number} indentation the indentation of all lines except the first */
function wrapped(names, indentation) {
  const lines = [''];
  for (const [at, name] of names.entries()) {
    const part = at === names.length - 1 ? name : `${name},`;
    const line = `${lines.at(-1)} ${part}`.trim();
    if (line.length > 100 && lines.at(-1) !== '') lines.push(part);
    else lines.splice(-1, 1, line);
  }
  return lines.join(`\n${' '.repeat(indentation)}`);
}
