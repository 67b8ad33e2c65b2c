import { Refusal } from './refusal.mjs';

/**
 * Returns a rule that changes one file in the tree.
 * @param {string} path
 * @param {(text: string) => string} edit throws a `Refusal` if it does not find the text to change
 */
export const edited = (path, edit) => (tree) => {
  if (!tree.exists(path)) throw new Refusal(`${path} does not exist. Run this command in the root of the checkout.`);
  try {
    tree.overwrite(path, edit(tree.readText(path)));
  } catch (error) {
    if (error instanceof Refusal) error.message = `${path}: ${error.message}`;
    throw error;
  }
  return tree;
};

/** Combines several edits to one text and applies them in the given order. */
export const all =
  (...edits) =>
  (text) =>
    edits.reduce((before, edit) => edit(before), text);

/** Adds the import of a symbol from a module to the imports from other modules, in alphabetical order. */
export const imported = (symbol, from) => (text) => {
  const line = `import { ${symbol} } from '${from}';\n`;
  const group = from.slice(0, from.indexOf('modules/') + 'modules/'.length);
  const others = [...text.matchAll(/^import [^;]*? from '([^']+)';\n/gm)].filter(([, path]) => path.startsWith(group));
  const last = others.at(-1);
  if (!last) throw new Refusal(`there is no import from a module next to which ${symbol} can be inserted.`);
  const next = others.find(([, path]) => path > from);
  const at = next ? next.index : last.index + last[0].length;
  return text.slice(0, at) + line + text.slice(at);
};

/**
 * Adds lines to a list or an object that spans several lines.
 * @param {string} opener the line that opens it, from its first non-blank character
 * @param {string} lines the lines to add, without indentation
 * @param {string} [before] the beginning of the line to insert before; the default is the end
 */
export const listed = (opener, lines, before) => (text) => {
  const found = new RegExp(`^( *)${RegExp.escape(opener)}\\n`, 'm').exec(text);
  if (!found) throw new Refusal(`there is no line "${opener}"; add by hand:\n${lines}`);
  const [whole, indentation = ''] = found;
  const start = found.index + whole.length;
  const end = text.slice(start).search(new RegExp(`^${indentation}[\\])}]`, 'm'));
  const inner = `${indentation}  `;
  const place = before === undefined ? end : text.slice(start, start + end).indexOf(`${inner}${before}`);
  if (end < 0 || place < 0) throw new Refusal(`the list "${opener}" is not as expected; add by hand:\n${lines}`);
  const added = lines.replaceAll(/^/gm, inner);
  return `${text.slice(0, start + place)}${added}\n${text.slice(start + place)}`;
};

/** Replaces text that occurs exactly once. */
export const replaced = (from, to) => (text) => {
  if (text.split(from).length !== 2) throw new Refusal(`"${from}" does not occur exactly once; insert by hand:\n${to}`);
  return text.replace(from, () => to);
};

/**
 * Adds a row to a Markdown table.
 * @param {string} first the heading of the first column
 * @param {readonly string[]} cells
 * @param {string} [before] the first cell of the row to insert before; the default is the end
 */
export const tableRow = (first, cells, before) => (text) => {
  const found = new RegExp(`^\\| ${RegExp.escape(first)} .*\\n(?:\\|.*\\n)+`, 'm').exec(text);
  const row = `| ${cells.join(' | ')} |`;
  if (!found) throw new Refusal(`there is no table that begins with "${first}"; add by hand:\n${row}`);
  const place = before === undefined ? found[0].length : found[0].indexOf(`\n| ${before} `) + 1;
  if (place === 0) throw new Refusal(`the table "${first}" has no row "${before}"; add by hand:\n${row}`);
  const at = found.index + place;
  return `${text.slice(0, at)}${row}\n${text.slice(at)}`;
};
