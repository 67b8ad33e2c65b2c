import { segmentsOf } from './files.mjs';
import { isExempt } from './rules.mjs';

const MAX_EXCERPT = 110;

/** Returns the findings of the chosen rules in one file, by line. */
export function findingsIn(file, source, chosen) {
  const lineStarts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const lineOf = (offset) => lineStarts.findLastIndex((start) => start <= offset) + 1;

  const found = [];
  const applied = chosen.filter((rule) => !isExempt(rule, file));
  for (const segment of segmentsOf(file, source))
    for (const rule of applied)
      if (rule.appliesTo(segment))
        for (const { index, length, instead } of rule.find(segment))
          found.push({
            path: file,
            line: lineOf(segment.offsetInFile(index)),
            rule: rule.name,
            excerpt: excerptOf(segment.raw, index, length),
            ...(instead !== undefined && { instead }),
          });
  return found.sort((a, b) => a.line - b.line);
}

/** Returns the text of a finding with a few words of context. */
function excerptOf(raw, index, length) {
  const from = length > 40 ? index : Math.max(0, raw.lastIndexOf(' ', Math.max(0, index - 30)) + 1);
  return raw
    .slice(from, from + MAX_EXCERPT)
    .replace(/\s+/g, ' ')
    .trim();
}
