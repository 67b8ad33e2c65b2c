import { britishIn } from './spelling.mjs';
import { replacementOf } from './names.mjs';
import { HIDDEN } from './segment.mjs';
import { sentences, wordCount } from './sentences.mjs';

const MAX_WORDS = 35;

const isProse = ({ kind }) => kind !== 'name';
const isSentences = ({ kind }) => isProse({ kind }) && kind !== 'heading';

const CLAUSE = '(?:What|Whether|Whose|Whom|Who|Since when)';
/** A clause at the beginning of a docstring, comment or test title, in any case. */
const FIRST_CLAUSE = new RegExp(`^[\\s*_]*${CLAUSE}(?!')\\s+\\S`, 'i');
/** A clause at the beginning of a sentence, or with a capital letter after a colon, a dash, a bracket or bold text. */
const LATER_CLAUSE = new RegExp(`(?:^|[:;\\u2013-] *|\\(|\\*\\*|["“] ?)[\\s*_]*(${CLAUSE})(?!') +\\S`, 'g');

const FINITE =
  '(?:is|are|was|were|has|have|had|gets?|starts?|knows?|takes?|gives?|fails?|waits?|stays?|keeps?|denies|means?|begins?|needs?|goes|comes|counts?|stands?|will|must|may|can|does|do)';
const WORDS = `(?:(?!(?:and|or|but|who|what|which|how|when|where|why|that)\\b)[\\w\\u2019'${HIDDEN}/-]+ ){0,8}?`;
const HEADLESS_SUBJECTS = [
  // Two verbs in a row: the clause before the second verb is its subject.
  /\b(?:who|what|that which) (?:is|are|has|was|does|may|can|looks|calls|asks|deletes) [a-z ]{2,30}(?:is|are|gets|has|starts|knows) /g,
  // The same pattern after a colon or semicolon, with more verbs.
  new RegExp(
    `[;:] (?:whoever|who|what) (?:${FINITE}|\\w+(?:s|ed)) ${WORDS}(?<!\\b(?:to|not) )${FINITE}\\b(?! (?:be|been)\\b)`,
    'g',
  ),
  new RegExp(`[;:] what (?:(?:a|an|the|its|their) )?\\w+ ${FINITE} ${WORDS}${FINITE}\\b(?! (?:be|been)\\b)`, 'g'),
];

/** Finds pattern matches in the text of a segment. If matches overlap, only the first counts. */
const finds =
  (...patterns) =>
  ({ text }) => {
    const found = [];
    for (const pattern of patterns)
      for (const { 0: part, index } of text.matchAll(pattern)) {
        const isNew = found.every((other) => index >= other.index + other.length || other.index >= index + part.length);
        if (isNew) found.push({ index, length: part.length });
      }
    return found;
  };

/** Returns whether a question mark ends the clause at this offset, before a period or semicolon does. */
const isQuestion = (text, from) => /^[^.;]*\?/.test(text.slice(from));

/** Finds the sentences of a segment that begin with a clause such as `What is wrong`. */
function headlessClauses({ kind, text, details }) {
  const found = [];
  for (const { index, length } of sentences(text)) {
    const sentence = text.slice(index, index + length);
    const isFirst = index === 0 && details.isFirst === true;
    if (isFirst && kind === 'docstring' && FIRST_CLAUSE.test(sentence)) continue;
    if (isFirst && kind !== 'string' && FIRST_CLAUSE.test(sentence) && !isQuestion(text, index)) {
      found.push({ index, length });
      continue;
    }
    for (const match of sentence.matchAll(LATER_CLAUSE)) {
      const at = index + match.index + match[0].indexOf(match[1]);
      if (!isQuestion(text, at)) found.push({ index: at, length: index + length - at });
    }
  }
  return found;
}

/** Findings that are allowed, by rule and path, with the reason for each. */
const EXEMPTIONS = [
  {
    rule: 'british-spelling',
    paths: /^src\/modules\/masking\/engine\/(?:detectors\/|ENTITIES\.md)/,
    reason: 'the detectors search for words from British documents',
  },
  {
    rule: 'british-spelling',
    paths: /^scripts\/schematics\/member-names\.mjs$/,
    reason: 'reserved words in PostgreSQL',
  },
];

/** Returns whether the findings of a rule in a file are allowed. */
export const isExempt = (rule, path) =>
  EXEMPTIONS.some((exemption) => exemption.rule === rule.name && exemption.paths.test(path));

/**
 * The rules, in the order of the report. `find` returns offsets in the text of a segment. It also returns `instead`, the
 * replacement, if that depends on the finding.
 */
export const rules = [
  {
    name: 'docstring-start',
    cure: 'Begin with a verb in the third person or with a noun: `Returns the owner of a token.`',
    appliesTo: ({ kind, details }) => kind === 'docstring' && details.isFirst,
    find: ({ text }) => (FIRST_CLAUSE.test(text) ? sentences(text).slice(0, 1) : []),
  },
  {
    name: 'headless-clause',
    cure: 'Begin the sentence with its subject: `Errors name each invalid field.`',
    appliesTo: isSentences,
    find: headlessClauses,
  },
  {
    name: 'headless-subject',
    cure: 'Name the subject: `Delete the folder to start over.`',
    appliesTo: isProse,
    find: finds(...HEADLESS_SUBJECTS),
  },
  {
    name: 'hidden-subject',
    cure: 'Use the active voice and name who acts: `The worker reports progress.`',
    appliesTo: isProse,
    find: finds(
      /\b(?:is|are|was|were|be|been|being) (?:(?:not|never|also|only|still|then|always) )?(?:told|heard|learned|looked at|looked for|run on|gone on with|given out|handed in|made of)\b/gi,
    ),
  },
  {
    name: 'goes-on',
    cure: 'Write `continues` or `resumes`.',
    appliesTo: isProse,
    find: finds(/\b(?:goes|go|went|going) on (?:as|where|with|from)\b/gi),
  },
  {
    name: 'archaic-word',
    cure: 'Use a current word, such as `again`, `also` or `of it`, or rephrase.',
    appliesTo: isProse,
    find: finds(/\b(?:anew|afresh|beside that|besides|thereof|wherefrom|hereby|whereof|thereby)\b/gi),
  },
  {
    name: 'circumlocution',
    cure: 'Name the subject and state the fact directly.',
    appliesTo: isProse,
    find: finds(/\b(?:nobody's|somebody's|whoever's|of which|in which case it) [a-z]+ (?:is|are)\b/gi),
  },
  {
    name: 'percent-space',
    cure: 'Write `100%` without a space.',
    appliesTo: isProse,
    find: finds(new RegExp(`[\\d${HIDDEN}] %(?! ?[\\d(${HIDDEN}])(?![\\w!])`, 'g')),
  },
  {
    name: 'british-spelling',
    cure: 'Use the American spelling. Put API names in code spans.',
    appliesTo: () => true,
    find: ({ text }) => britishIn(text),
  },
  {
    name: 'long-sentence',
    cure: `Use at most ${MAX_WORDS} words: make two sentences or a list.`,
    appliesTo: ({ kind }) => kind === 'paragraph' || kind === 'cell' || kind === 'docstring',
    find: ({ text }) =>
      sentences(text)
        .map((sentence) => ({
          ...sentence,
          words: wordCount(text.slice(sentence.index, sentence.index + sentence.length)),
        }))
        .filter(({ words }) => words > MAX_WORDS)
        .map((sentence) => ({ ...sentence, instead: `${sentence.words} words` })),
  },
  {
    name: 'replaced-name',
    cure: 'Use the standard term of the field.',
    appliesTo: ({ kind }) => kind === 'name',
    find({ text, details }) {
      const isMessage = details.isText && /^(?:words|sentence)$/.test(text);
      const name = isMessage ? 'message` or `description' : replacementOf(text);
      return name === undefined ? [] : [{ index: 0, length: text.length, instead: `use \`${name}\`` }];
    },
  },
];
