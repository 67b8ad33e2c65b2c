import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const admin = ['admin'];
const RULES_PATH = '/api/v1/masking';
const words = ['redact', 'mask', 'tokenise', 'hash', 'format', 'encrypt'];
const RULES = [
  ...['strategy', 'threshold', 'entities', 'fields', 'allowedFields', 'allowedValues', 'patterns'],
  ...['version', 'updatedAt', 'updatedBy'],
];
const KEY = ['generation', 'createdAt', 'createdBy', 'current'];
const strategy = body.text('strategy', 'how to mask', { words });
const entityStrategies = body.json('entityStrategies', `strategies of entities, such as {"EMAIL":"hash"}`);
const patterns = body.list('extraPatterns', 'more regular expressions to mask', { option: 'pattern' });

/** `coresdk masking …` except `detokenise`. */
export const maskingOperations: readonly Operation[] = [
  {
    name: 'masking rules',
    summary: 'Show the masking rules of a tenant',
    call: `GET ${RULES_PATH}`,
    scopes: admin,
    fields: [TENANT],
    columns: RULES,
    examples: ['masking rules --json'],
  },
  {
    name: 'masking set-rules',
    summary: 'Replace the masking rules; omitted rules get the defaults of the installation',
    call: `PUT ${RULES_PATH}`,
    changes: RULES_PATH,
    scopes: admin,
    fields: [
      strategy,
      body.number('threshold', 'confidence from which a finding is masked, from 0 to 1'),
      body.json('entities', `entities, such as {"EMAIL":{"strategy":"hash"}}`),
      body.json('fields', `fields to mask, such as [{"field":"ssn","strategy":"redact"}]`),
      body.list('allowedFields', 'fields that stay as they are', { option: 'allowed-field' }),
      body.list('allowedValues', 'values that stay as they are', { option: 'allowed-value' }),
      body.json('patterns', `patterns, such as [{"name":"ticket","pattern":"T-[0-9]+"}]`),
      TENANT,
    ],
    columns: RULES,
    examples: ['masking set-rules --body-file rules.json', "masking set-rules --strategy hash --allowed-field 'city'"],
  },
  {
    name: 'masking reset-rules',
    summary: 'Reset the masking rules to those of the installation',
    call: `DELETE ${RULES_PATH}`,
    changes: RULES_PATH,
    scopes: admin,
    fields: [TENANT],
    columns: [],
    danger: 'Reset all masking rules?',
    done: 'The masking rules are reset.',
    examples: ['masking reset-rules --yes'],
  },
  {
    name: 'masking entities',
    summary: 'List the kinds of data that masking finds',
    call: `GET ${RULES_PATH}/entities`,
    scopes: admin,
    fields: [TENANT],
    list: 'whole',
    columns: ['name', 'description', 'onByDefault', 'secret', 'country'],
    examples: ['masking entities --only name'],
  },
  {
    name: 'masking keys',
    summary: 'List the generations of the masking key, newest first',
    call: `GET ${RULES_PATH}/keys`,
    scopes: admin,
    fields: [TENANT],
    list: 'whole',
    columns: KEY,
    examples: ['masking keys'],
  },
  {
    name: 'masking rotate-key',
    summary: 'Rotate the masking key; old tokens stay readable',
    call: `POST ${RULES_PATH}/rotate-key`,
    scopes: admin,
    fields: [TENANT],
    columns: KEY,
    danger: 'Rotate the masking key? The same value then gets a different token.',
    examples: ['masking rotate-key --yes'],
  },
  {
    name: 'masking mask',
    summary: 'Mask a JSON value',
    call: 'POST /v1/masking/mask',
    scopes: ['masking.mask'],
    fields: [
      body.json('value', 'value to mask', { isRequired: true }),
      strategy,
      body.list('extraBlockedFields', 'more fields to mask', { option: 'field' }),
      patterns,
      entityStrategies,
      body.json('fieldStrategies', `strategies of fields, such as {"name":"hash"}`),
    ],
    columns: ['maskedValue', 'refusedPatterns'],
    examples: [`masking mask --value '{"email":"ann@example.com"}' --only maskedValue`],
  },
  {
    name: 'masking mask-string',
    summary: 'Mask the sensitive values in a text',
    call: 'POST /v1/masking/mask-string',
    scopes: ['masking.mask'],
    fields: [body.text('value', 'text to mask', { isRequired: true }), strategy, patterns, entityStrategies],
    columns: ['maskedValue', 'refusedPatterns'],
    examples: ['masking mask-string --body-file text.json --only maskedValue'],
  },
];
