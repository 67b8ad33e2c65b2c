import { body } from '../operations/field';
import type { Operation } from '../operations/operation';
import { rollbackOutlook, VERSION_RULES } from './describe-version';

const scopes = ['admin'];
const tenantIn = 'id';
/** The path of the policy of a tenant. */
export const POLICY = '/api/v1/tenants/{id}/policy';
const COLUMNS = ['version', 'status', 'rules', 'revision', 'createdBy', 'createdAt', 'activatedAt', 'restoredFrom'];
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const KEY = ['id', 'algorithm', 'scope', 'createdAt'];

/** The members of a version that `policy get` and `policy push` show. */
export const POLICY_VERSION = [...COLUMNS, 'digest', 'sizeBytes', 'modules', 'roots', 'tests', 'signedBy'];

/** `coresdk policy …` for the policy of a tenant. */
export const policyOperations: readonly Operation[] = [
  {
    name: 'policy get',
    summary: 'Show the active policy of a tenant, without its files',
    call: `GET ${POLICY}`,
    tenantIn,
    scopes,
    columns: POLICY_VERSION,
    computed: VERSION_RULES,
    examples: ['policy get', 'policy get --tenant acme'],
  },
  {
    name: 'policy download',
    summary: 'Write the active policy of a tenant as an archive (.tar.gz)',
    call: `GET ${POLICY}`,
    tenantIn,
    scopes,
    content: 'application/gzip',
    columns: [],
    examples: ['policy download --output policy.tar.gz'],
  },
  {
    name: 'policy versions',
    summary: 'List the stored versions of the policy of a tenant, newest first',
    call: `GET ${POLICY}/versions`,
    tenantIn,
    scopes,
    list: 'pages',
    columns: COLUMNS,
    computed: VERSION_RULES,
    examples: ['policy versions --limit 5'],
  },
  {
    name: 'policy activate',
    summary: 'Activate a staged version',
    call: `POST ${POLICY}/activate`,
    tenantIn,
    changes: POLICY,
    scopes,
    fields: [body.number('version', 'version to activate', { isArgument: true })],
    columns: POLICY_VERSION,
    computed: VERSION_RULES,
    danger: 'Decide with version {version} for {id} from now on?',
    examples: ['policy activate 4 --yes'],
  },
  {
    name: 'policy rollback',
    summary: 'Restore an earlier version of the policy as a new version',
    call: `POST ${POLICY}/rollback`,
    tenantIn,
    changes: POLICY,
    scopes,
    fields: [body.number('version', 'version to restore; the previous one by default')],
    columns: POLICY_VERSION,
    computed: VERSION_RULES,
    outlook: rollbackOutlook,
    danger: 'Roll back the policy of {id}?',
    examples: ['policy rollback --yes', 'policy rollback --version 3 --yes'],
  },
  {
    name: 'policy delete',
    summary: 'Return to the default policy; a rollback restores the deleted policy',
    call: `DELETE ${POLICY}`,
    tenantIn,
    changes: POLICY,
    scopes,
    columns: [],
    danger: 'Delete the policy of {id}? The default policy then decides.',
    done: 'The policy of {id} is deleted.',
    examples: ['policy delete --yes'],
  },
  {
    name: 'policy decisions',
    summary: 'List the logged decisions, newest first',
    call: `GET ${POLICY}/decisions`,
    tenantIn,
    scopes,
    list: 'pages',
    columns: ['ts', 'rule', 'allowed', 'code', 'version', 'durationMicros', 'caller', 'requestId'],
    examples: ['policy decisions --limit 20'],
  },
  {
    name: 'policy dry-run',
    summary: 'Explain a decision of the active policy, a stored version or a draft, without enforcing it',
    call: `POST ${POLICY}/dry-run`,
    tenantIn,
    scopes,
    fields: [
      body.text('rule', 'rule, such as authz/allow', { isArgument: true }),
      body.json('input', 'input of the decision', { isRequired: true }),
      body.number('version', 'stored version; the active one by default'),
      body.json('draft', `files of a draft, such as {"modules":{"authz.rego":"…"}}`),
      body.number('compareLast', 'number of logged decisions to decide again'),
    ],
    columns: ['decision', 'value', 'decidedBy', 'coverage.percent', 'durationMicros', 'comparison'],
    examples: [`policy dry-run authz/allow --input '{"action":"project.read"}' --only decision.allowed`],
  },
  {
    name: 'policy keys',
    summary: 'List the keys that sign bundles of a tenant',
    call: `GET ${POLICY}/keys`,
    tenantIn,
    scopes,
    list: 'whole',
    columns: KEY,
    examples: ['policy keys'],
  },
  {
    name: 'policy set-key',
    summary: 'Add or replace a key; once a key exists, unsigned bundles are refused',
    call: `PUT ${POLICY}/keys/{keyId}`,
    tenantIn,
    scopes,
    fields: [
      body.text('algorithm', 'algorithm', { words: algorithms, isRequired: true }),
      body.file('publicKey', 'public key in PEM', { isRequired: true }),
      body.text('scope', 'scope that the signature must have', { option: 'signed-scope' }),
    ],
    columns: [...KEY, 'publicKey'],
    examples: ['policy set-key release --algorithm EdDSA --public-key-file release.pem'],
  },
  {
    name: 'policy delete-key',
    summary: 'Delete a key that signs bundles',
    call: `DELETE ${POLICY}/keys/{keyId}`,
    tenantIn,
    scopes,
    columns: [],
    danger: 'Delete the key {keyId} of {id}? Without keys, unsigned bundles are accepted.',
    done: '{keyId} is deleted.',
    examples: ['policy delete-key release --yes'],
  },
];
