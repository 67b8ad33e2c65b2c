import { type Emit, literal, type Verdict } from '../detector';
import type { Scan } from '../scan/scan';
import { secret } from './entity';

/** `PRIVATE KEY` of any kind; RFC 7468, RFC 4880 §6.2. */
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** The characters that continue a truncated key. */
const PEM_BODY = /[A-Za-z0-9+/=\\\s]*/y;
const LONGEST_LINE = 80;

const PASSWORD_NAMES = 'password|passwd|passphrase|pwd|passcode';
const SECRET_NAMES =
  'secret|token|api[_-]?key|(?:access|private|secret|client|encryption|signing)[_-]?key|credentials?';
const NAME_START = '(?<![A-Za-z0-9])(?:[A-Za-z0-9]{1,32}[_-]){0,4}';
/** A value up to the separator before the next value; never a value that is already masked. */
const VALUE = '([^\\s"\'`,;&<>()[\\]{}|][^\\s"\'`,;&<>]{2})';
const VALUE_TAIL = '[^\\s"\'`,;&<>]';
const QUOTED = '"((?:[^"\\\\\\r\\n\\[]|\\\\.)(?:[^"\\\\\\r\\n]|\\\\.){2,2048})';
const QUOTED_TAIL = '[^"\\r\\n]';
const NEAR = [
  'assw',
  'ASSW',
  'assphrase',
  'ASSPHRASE',
  'pwd',
  'PWD',
  'asscode',
  'ecret',
  'ECRET',
  'oken',
  'OKEN',
  'key',
  'Key',
  'KEY',
  'redential',
  'REDENTIAL',
];
const NOTHING = /^(?:null|none|nil|true|false|undefined|required|missing|invalid|empty|\*+|x{3,})$/i;

/** Matches words that mean that there is no secret. */
const isNothing = (value: string): boolean => value.length <= 32 && NOTHING.test(value);

export const SECRETS_IN_CONTEXT = [
  secret('PEM_PRIVATE_KEY', 'Private key in textual encoding (RFC 7468)', { find: findKeys }),
  secret('AUTHORIZATION', 'Credentials of an Authorization header', {
    texts: [
      literal(
        /(?<![\w-])authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?((?:[a-z]{3,16}[ \t]{1,4})?[\w\-.~+/=:]{3})/gi,
        ['uthorization', 'UTHORIZATION'],
        0.97,
        '[\\w\\-.~+/=:]',
      ),
    ],
    judge: (value) => (isNothing(value) ? false : null),
  }),
  secret('BEARER_TOKEN', 'Token or password after the name of its scheme, such as `Bearer …`', {
    texts: [
      literal(/(?<![\w-])bearer[ \t]{1,8}[\w\-.~+/]{4}/gi, ['earer', 'EARER'], 0.98, '[\\w\\-.~+/=]'),
      literal(/(?<![\w-])basic[ \t]{1,8}[\w+/]{8}/gi, ['asic', 'ASIC'], 0.9, '[\\w+/=]'),
    ],
    judge: credentials,
  }),
  secret('COOKIE', 'Cookies of a header', {
    texts: [
      literal(
        /(?<![\w-])(?:set-)?cookie["']?[ \t]{0,4}:[ \t]{0,4}["']?([^\s"'[])/gi,
        ['ookie', 'OOKIE'],
        0.9,
        '[^\\r\\n"\']',
      ),
    ],
  }),
  secret('URL_PASSWORD', 'Password in a URL, such as `https://user:password@host`', {
    texts: [
      literal(
        /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@"'<>[\]]{0,128}:([^\s/?#@"'<>[\]]{1,1024})(?=@)/gi,
        ['://'],
        1,
      ),
    ],
  }),
  secret('PASSWORD', 'Value after a name that marks a secret, such as `password=…` or `"api_key": "…"`', {
    texts: [
      literal(
        new RegExp(`${NAME_START}(?:${PASSWORD_NAMES})["']?[ \\t]{0,4}(?:=|:)[ \\t]{0,4}["']?${VALUE}`, 'gi'),
        NEAR,
        0.8,
        VALUE_TAIL,
      ),
      literal(
        new RegExp(`${NAME_START}(?:${SECRET_NAMES})["']?(?:=|[ \\t]{1,4}=[ \\t]{1,4})["']?${VALUE}`, 'gi'),
        NEAR,
        0.8,
        VALUE_TAIL,
      ),
      literal(
        new RegExp(`${NAME_START}(?:${PASSWORD_NAMES}|${SECRET_NAMES})"[ \\t]{0,4}:[ \\t]{0,4}${QUOTED}`, 'gi'),
        NEAR,
        0.85,
        QUOTED_TAIL,
      ),
    ],
    judge: (value) => (isNothing(value) ? false : null),
  }),
];

/** The word after `bearer` in a sentence is not a credential. */
function credentials(value: string): Verdict {
  const token = value.slice(value.search(/[ \t]/)).trim();
  const word = token.endsWith('.') ? token.slice(0, -1) : token;
  // `Bearer realm="…"` requests credentials and does not contain any.
  if (word.length <= 20 && /^[a-z_]+=$/i.test(word)) return false;
  return /[\d\-._~+/=]/.test(word) || word.length >= 16 || (word.length >= 12 && /[a-z][A-Z]/.test(word))
    ? null
    : false;
}

/** Finds keys from the first to the last line. A truncated key ends with its last valid character. */
function findKeys({ text }: Scan, emit: Emit): void {
  if (!text.includes('PRIVATE KEY')) return;
  PEM_BEGIN.lastIndex = 0;
  let lastEnd: number | undefined;
  for (let match = PEM_BEGIN.exec(text); match !== null; match = PEM_BEGIN.exec(text)) {
    const begun = PEM_BEGIN.lastIndex;
    if (lastEnd === undefined || lastEnd < begun) lastEnd = indexOrLength(text, '-----END ', begun);
    const nextBegin = indexOrLength(text, '-----BEGIN ', begun, lastEnd);
    const end = lastEnd < text.length && lastEnd <= nextBegin ? endOfLine(text, lastEnd) : endOfBody(text, begun);
    emit(match.index, end, 1);
    PEM_BEGIN.lastIndex = end;
  }
}

function indexOrLength(text: string, what: string, from: number, until = text.length): number {
  const at = (until === text.length ? text : text.slice(0, until)).indexOf(what, from);
  return at === -1 ? text.length : at;
}

function endOfLine(text: string, from: number): number {
  const closing = text.slice(from + 9, from + 9 + LONGEST_LINE).indexOf('-----');
  return closing === -1 ? from + 9 : from + 9 + closing + 5;
}

function endOfBody(text: string, from: number): number {
  PEM_BODY.lastIndex = from;
  const body = PEM_BODY.exec(text)?.[0] ?? '';
  return from + body.trimEnd().length;
}
