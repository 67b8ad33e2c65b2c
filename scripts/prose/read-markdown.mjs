import { hideMarkup, Segment } from './segment.mjs';

const FENCE = /^[\s>]*(?:[-*+] +|\d+\. +)?(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6} +/;
const LIST_ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\] +)?/;
const TABLE_ROW = /^\s*\|/;
const TABLE_RULE = /^\s*\|?[\s:|-]+\|?\s*$/;
const LINK_TARGET = /^\s*\[[^\]]+\]:\s/;

/** Returns the paragraphs, list items, table cells and headings of a Markdown file, without code and front matter. */
export function readMarkdown(source) {
  const segments = [];
  let paragraph;
  let fence;
  let isFrontMatter = false;
  let start = 0;
  const lines = source.split('\n');
  const begin = (kind) => segments[segments.push(new Segment(kind)) - 1];

  for (const [index, line] of lines.entries()) {
    const at = start;
    start += line.length + 1;
    if (index === 0 && line === '---') isFrontMatter = true;
    else if (isFrontMatter) isFrontMatter = line !== '---';
    else if (fence !== undefined) {
      if (line.replace(/^[\s>]+/, '').startsWith(fence)) fence = undefined;
    } else if (FENCE.test(line)) {
      fence = FENCE.exec(line)[1];
      paragraph = undefined;
    } else if (line.trim() === '' || LINK_TARGET.test(line)) paragraph = undefined;
    else if (TABLE_ROW.test(line)) {
      paragraph = undefined;
      const isHeader = TABLE_RULE.test(lines[index + 1] ?? '') && lines[index + 1].includes('-');
      if (!TABLE_RULE.test(line)) addCells(line, at, () => begin(isHeader ? 'heading' : 'cell'));
    } else if (HEADING.test(line)) {
      paragraph = undefined;
      const [mark] = HEADING.exec(line);
      begin('heading').add(line.slice(mark.length), at + mark.length);
    } else {
      const mark = (LIST_ITEM.exec(line) ?? /^[\s>]*/.exec(line))[0];
      // An indented block after an empty line is code, unless it continues a list item.
      if (paragraph === undefined && /^ {4}/.test(line) && !/^\s/.test(lastTextBefore(lines, index))) {
        if (!LIST_ITEM.test(lastTextBefore(lines, index))) continue;
      }
      if (paragraph === undefined || LIST_ITEM.test(line)) paragraph = begin('paragraph');
      paragraph.add(line.slice(mark.length), at + mark.length);
    }
  }
  for (const segment of segments) segment.text = hideMarkup(segment.raw);
  return segments;
}

const lastTextBefore = (lines, index) => lines.slice(0, index).findLast((line) => line.trim() !== '') ?? '';

/** Adds the cells of a table row. A code span can contain an escaped bar. */
function addCells(line, at, begin) {
  for (const { 0: cell, index } of line.matchAll(/(?:\\\||`[^`]*`|[^|])+/g))
    if (cell.trim() !== '') begin().add(cell, at + index);
}
