/** Patterns for British spellings. A word can have a prefix, as in `unrecognised`. */
const STEMS = [
  '(?:behavi|col|fav|hon|lab|neighb|flav|hum|rum|arm|harb|vap|endeav|rig|vig)our(?!ing-house)',
  '(?:author|canonical|categor|central|character|custom|decentral|deserial|detoken|final|formal|general|global|harmon|initial|legal|local|maxim|memor|minim|modern|normal|optim|organ|parallel|parameter|personal|priorit|pseudonym|anonym|random|real|recogn|sanit|serial|special|stabil|standard|summar|symbol|synchron|token|util|visual)is(?:e[drs]?|ing|ation|ations|able)\\b',
  '(?:anal|catal|paral)ys(?:e[drs]?|ing)\\b',
  '(?:cent|fib|theat|calib|lit)res?\\b',
  '(?:lic|def|off|pret)ences?',
  '(?:cancel|label|model|travel|signal|total|tunnel|marshal|level|fuel|channel|counsel|dial|initial|pencil|quarrel|unravel)l(?:ed|ing|er|ers)\\b',
  'judgements?',
  'catalogues?',
  'programmes?\\b',
  'artefacts?',
  'whilst\\b',
  'amongst\\b',
  'gr[e]y(?:ed|s)?\\b',
  'cheques?\\b',
  '(?:fulfil|enrol|instal)(?:s|ment)?\\b',
  'ageing\\b',
  'learnt\\b',
  'spelt\\b',
  'sceptic',
  'mould',
  'plough',
];

/** Words that keep their spelling, with the reason for each. */
const KEPT = new Map(
  Object.entries({
    cancelled: 'a state of jobs and runs in the API',
    cancelling: 'like `cancelled`',
    detokenise: 'an operation of the API and an RPC',
    detokenised: 'part of the name of a message',
    tokenise: 'an action of masking rules in the API',
    organisationsnummer: 'a Swedish word in the name of an entity',
  }),
);

/** Names that keep their spelling, with the reason for each. */
const KEPT_NAMES = new Map(
  Object.entries({
    UK_DRIVING_LICENCE: 'an entity of Presidio',
    getLicence: 'a controller method; the operation id in the API contains its name',
    putLicence: 'like `getLicence`',
    removeLicence: 'like `getLicence`',
  }),
);

const BRITISH = new RegExp(`(?:${STEMS.join('|')})`, 'i');
const ANYWHERE = new RegExp(BRITISH.source.replaceAll('\\b', ''), 'i');

/** Returns the positions of British spellings in text or in a name. Camel-case names are split into words. */
export function britishIn(text) {
  const found = [];
  if (!ANYWHERE.test(text)) return found;
  for (const { 0: token, index } of text.matchAll(/[A-Za-z_]\w*/g)) {
    if (KEPT_NAMES.has(token)) continue;
    const words = token.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
    if (words.some((word) => BRITISH.test(word) && !KEPT.has(word.toLowerCase())))
      found.push({ index, length: token.length });
  }
  return found;
}
