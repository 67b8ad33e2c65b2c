import { literal, type TextRule, type Verdict } from '../detector';
import { secret } from './entity';

/** The characters in tokens: base64url, or only letters and digits. */
const T = '[\\w-]';
const L = '[A-Za-z0-9]';
const START = '(?<![A-Za-z0-9_])';

/** Rejects words in the position of a token: words are short and consist of letters. */
const looksRandom = (value: string): Verdict => (/\d/.test(value) || value.length >= 20 ? null : false);
/** Snake-case names contain no digits or capitals, and are shorter than this platform's tokens. */
const looksOurs = (value: string): Verdict => (/[\dA-Z]/.test(value) || value.length >= 40 ? null : false);
/** Forty hexadecimal digits are more likely to be a hash. */
const looksAws = (value: string): Verdict =>
  /^[\da-f]+$/i.test(value) || !/\d/.test(value) || !/[A-Z]/.test(value) ? false : null;

/** Returns a rule for tokens that consist of `prefix` and at least `least` characters from `letters`. */
function prefixed(prefix: string, letters: string, least: number, near: readonly string[], score = 0.95): TextRule {
  return literal(new RegExp(`${START}${prefix}${letters}{${least}}`, 'g'), near, score, letters);
}

export const SECRETS = [
  secret('JWT', 'Signed or encrypted token (RFC 7519)', {
    texts: [literal(new RegExp(`(?<!${T})eyJ${T}{5,8192}\\.${T}{1,8192}`, 'g'), ['eyJ'], 0.95, '[\\w.-]')],
  }),
  secret('AWS_ACCESS_KEY', 'Amazon Web Services access key', {
    texts: [
      literal(
        /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
        ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
        0.95,
      ),
    ],
  }),
  secret('AWS_SECRET_KEY', 'Amazon Web Services secret access key', {
    texts: [literal(/(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g, ['aws', 'AWS', 'ecret', 'SECRET'], 0.3)],
    judge: looksAws,
    context: ['aws', 'secret', 'secretaccesskey', 'aws_secret_access_key', 'secret access key'],
  }),
  secret('GITHUB_TOKEN', 'GitHub or GitLab token', {
    texts: [
      prefixed('gh[pousr]_', L, 20, ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_']),
      prefixed('github_pat_', '\\w', 20, ['github_pat_']),
      prefixed('glpat-', T, 16, ['glpat-']),
    ],
  }),
  secret('SLACK_TOKEN', 'Slack token or webhook', {
    texts: [
      prefixed('(?:xox[abceoprs]|xapp)-', T, 10, ['xox', 'xapp-']),
      literal(/hooks\.slack\.com\/(?:services|workflows)\/[\w/]{10}/g, ['hooks.slack.com'], 0.95, '[\\w/]'),
    ],
  }),
  secret('STRIPE_KEY', 'Stripe secret or restricted key', {
    texts: [
      prefixed('[sr]k_(?:live|test)_', L, 8, ['k_live_', 'k_test_']),
      prefixed('whsec_', '[A-Za-z0-9+/=]', 16, ['whsec_']),
    ],
  }),
  secret('API_KEY', 'Service key with a known prefix, such as `sk-…`', {
    texts: [
      prefixed('sk-', T, 12, ['sk-'], 0.9),
      prefixed('AIza', T, 35, ['AIza'], 0.9),
      prefixed('npm_', L, 30, ['npm_'], 0.9),
      prefixed('hf_', L, 30, ['hf_'], 0.9),
      prefixed('do[opr]_v1_', '[\\da-f]', 32, ['_v1_'], 0.9),
      prefixed('SG\\.', '[\\w.-]', 32, ['SG.'], 0.9),
      prefixed('hv[sbr]\\.', T, 20, ['hvs.', 'hvb.', 'hvr.'], 0.9),
    ],
    judge: looksRandom,
  }),
  secret('CORESDK_CREDENTIAL', 'Credential of this platform: client secret, refresh token, code, key', {
    texts: [prefixed('(?:cs|rt|ac|dc|cpod|cpt)_', T, 12, ['cs_', 'rt_', 'ac_', 'dc_', 'cpod_', 'cpt_'], 0.9)],
    judge: looksOurs,
  }),
  secret('MASKING_TOKEN', 'Token or encrypted value that masking put in place of a value', {
    texts: [prefixed('(?:tok|enc)_', T, 16, ['tok_', 'enc_'], 0.9)],
    judge: looksOurs,
  }),
];
