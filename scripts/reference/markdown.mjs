/** Helpers that write Markdown for VitePress: text from a source never becomes HTML or a Vue expression. */

/** Escapes text outside code spans. */
export function escaped(text) {
  return String(text)
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : escapedPlain(part)))
    .join('');
}

function escapedPlain(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '&#123;&#123;')
    .replace(/(?<=^|\s)\*(?=\S)|(?<=\S)\*(?=\s|$)|[[\]]/g, (found) => `\\${found}`);
}

/** Returns text as a code span. Text with backticks gets a longer fence. */
export function code(text) {
  const value = String(text);
  if (!value.includes('`')) return `\`${value}\``;
  return `\`\` ${value} \`\``;
}

/** Returns a table, or an empty string if there are no rows. Cells must be Markdown. */
export function table(headings, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text) {
  return String(text)
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

/** Returns the anchor of a name: lowercase, with hyphens. */
export function slug(name) {
  return name
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Joins blocks with empty lines; omits empty blocks. */
export function blocks(...parts) {
  return `${parts
    .flat()
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** Returns a page with a title and a comment that names its source and warns against edits. */
export function page({ title, description, source, outline = 'deep' }, ...parts) {
  return blocks(
    `---\ntitle: ${JSON.stringify(title)}\ndescription: ${JSON.stringify(description)}\noutline: ${JSON.stringify(outline)}\n---`,
    `<!-- Generated from ${source} by \`npm run docs:reference\`. Do not edit. -->`,
    // The anchor of the title must differ from the anchors of operations and settings.
    `# ${title} {#top}`,
    ...parts,
  );
}

/** Returns text with a period at the end. */
export function sentence(text) {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
