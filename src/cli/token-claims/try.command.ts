import { z } from 'zod';
import {
  CLAIM_LIMITS,
  claimRule,
  tokenClaimsReport,
  type TokenClaimsReport,
  type TriedIssuance,
  type TriedOutcome,
} from '../../modules/oauth/contract/token-claims.types';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { jsonText, Table } from '../operations/show';
import { numberOption, parseOptions, readJson, readText } from '../options';
import { visible } from '../visible';

const DEFAULT_LAST = '50';
/** A dry run evaluates the policy twice for up to 200 issuances. */
const TIMEOUT_MS = 120_000;
const COLUMNS = ['at', 'grant', 'app', 'user', 'effect', 'before', 'after'];
const rulesFile = z.union([z.array(claimRule), z.object({ rules: z.array(claimRule) })]);

/** `coresdk token-claims try` */
export const tryTokenClaims: Command = {
  usage: `Usage: coresdk token-claims try [--rules-file <file>] [--policy-file <file>] [options]

Repeats the last issuances of tokens with draft rules, a draft policy or both, and compares the claims. Changes nothing.

  --rules-file   file with draft rules as JSON: a list, or the content of "coresdk token-claims get --json"
  --policy-file  file with a draft Rego module, which replaces its package in the active policy
  --app          client ID: the draft rules are for this app, and only its issuances are repeated
  --last         the number of issuances to repeat (${DEFAULT_LAST} by default, at most ${CLAIM_LIMITS.maxTried})
  --tenant       ID or slug of the tenant, for the service token and platform administrators
  --json         the whole report as JSON
${connectionHelp('control-plane')}

Example:
  coresdk token-claims try --rules-file rules.json --policy-file token.rego

Calls POST /api/v1/token-claims/try on the control plane, with the scope admin. Exits 0 if the drafts work, 2 if they have no usable result for
an issuance, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseOptions(args, {
      ...CONNECTION_OPTIONS,
      'rules-file': text,
      'policy-file': text,
      app: text,
      tenant: text,
      last: { type: 'string', default: DEFAULT_LAST },
      json: { type: 'boolean', default: false },
    });
    const { 'rules-file': rules, 'policy-file': policy, app, tenant } = values;
    if (positionals.length > 0 || (rules === undefined && policy === undefined)) {
      throw new CommandFault('Set --rules-file, --policy-file or both.', true);
    }
    const trial = {
      ...(rules === undefined ? {} : { rules: rulesIn(rules) }),
      ...(policy === undefined ? {} : { policy: readText(policy) }),
      ...(app === undefined ? {} : { appId: app }),
      last: numberOption('last', values.last, 1, CLAIM_LIMITS.maxTried),
    };
    const scopes = tenant === undefined ? ['admin'] : ['admin', 'platform.admin'];
    const client = new RestClient(connectionOf(values, 'control-plane'), scopes);
    const query: Record<string, string> = tenant === undefined ? {} : { tenant };
    const sending = { query, json: trial, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const report = await client.send(tokenClaimsReport, 'POST', '/api/v1/token-claims/try', sending);
    if (values.json) terminal.out(jsonText(report));
    else show(report, terminal);
    return report.summary.failed === 0 ? 0 : 2;
  },
};

/** Returns the rules in a file. Errors: `CommandFault` for a file with other content. */
function rulesIn(file: string): unknown {
  const parsed = rulesFile.safeParse(readJson(file, readText(file)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandFault(`${file}: ${issue?.message ?? 'The file contains no rules.'}`);
  }
  return 'rules' in parsed.data ? parsed.data.rules : parsed.data;
}

function show({ summary, notes, items }: TokenClaimsReport, terminal: Terminal): void {
  if (items.length > 0) new Table(COLUMNS, terminal).rows(items.map(rowOf));
  const counts = Object.entries(summary).map(([name, count]) => `${count} ${name}`);
  terminal.err(`${counts.join(', ')}\n${notes.map((note) => `Note: ${visible(note)}\n`).join('')}`);
}

function rowOf({ at, grant, appId, userId, effect, skipped, before, after }: TriedIssuance): object {
  return {
    at,
    grant,
    app: appId,
    user: userId,
    effect,
    before: before === null ? skipped : textOf(before),
    after: after === null ? null : textOf(after),
  };
}

/** Returns an outcome as one line: the message of a denial, or the claims by target. */
function textOf({ outcome, message, accessToken, idToken, userinfo }: TriedOutcome): string {
  if (outcome !== 'issued') return `${outcome}: ${message ?? ''}`;
  const parts = { access_token: accessToken, id_token: idToken, userinfo };
  return Object.entries(parts)
    .filter(([, claims]) => Object.keys(claims).length > 0)
    .map(([target, claims]) => `${target} ${JSON.stringify(claims)}`)
    .join(', ');
}
