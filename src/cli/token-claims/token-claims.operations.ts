import type { ClaimRule } from '../../modules/oauth/contract/token-claims.types';
import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const PATH = '/api/v1/token-claims';
const APP_PATH = '/api/v1/apps/{appId}/token-claims';
const RULES = ['claims', 'version', 'updatedAt', 'updatedBy'];
const rules = body.json('rules', `rules, such as [{"claim":"plan","from":{"value":"pro"},"in":["access_token"]}]`, {
  isRequired: true,
});

/** The rules as text, one after the other: `plan = {"value":"pro"} in access_token`. */
const computed = {
  claims: (item: unknown): string => (item as { readonly rules: readonly ClaimRule[] }).rules.map(lineOf).join('; '),
};

function lineOf({ claim, from, in: targets, when = {} }: ClaimRule): string {
  const conditions = Object.entries(when).map(([kind, names]) => ` when ${kind} ${(names ?? []).join(' ')}`);
  return `${claim} = ${JSON.stringify(from)} in ${targets.join(' ')}${conditions.join(' and')}`;
}

/** `coresdk token-claims …` except `try`, `enable` and `disable`. */
export const tokenClaimsOperations: readonly Operation[] = [
  {
    name: 'token-claims get',
    summary: 'Show the claim rules for the tokens of all apps of a tenant',
    call: `GET ${PATH}`,
    scopes,
    fields: [TENANT],
    columns: RULES,
    computed,
    examples: ['token-claims get', 'token-claims get --json'],
  },
  {
    name: 'token-claims set',
    summary: 'Replace the claim rules for the tokens of all apps of a tenant',
    call: `PUT ${PATH}`,
    changes: PATH,
    scopes,
    fields: [rules, TENANT],
    columns: RULES,
    computed,
    examples: ['token-claims set --body-file rules.json', "token-claims set --rules '[]'"],
  },
  {
    name: 'token-claims get-app',
    summary: 'Show the claim rules for the tokens of one app',
    call: `GET ${APP_PATH}`,
    scopes,
    fields: [TENANT],
    columns: RULES,
    computed,
    examples: ['token-claims get-app app-crm'],
  },
  {
    name: 'token-claims set-app',
    summary: 'Replace the claim rules for the tokens of one app',
    call: `PUT ${APP_PATH}`,
    changes: APP_PATH,
    scopes,
    fields: [rules, TENANT],
    columns: RULES,
    computed,
    examples: ['token-claims set-app app-crm --body-file rules.json'],
  },
  {
    name: 'token-claims policy',
    summary: 'Show whether the policy of a tenant decides about its tokens',
    call: `GET ${PATH}/policy`,
    scopes,
    fields: [TENANT],
    columns: ['enabled', 'defined', 'updatedAt', 'updatedBy'],
    examples: ['token-claims policy --tenant acme'],
  },
];
