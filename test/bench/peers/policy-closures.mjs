/** The floor of a policy decision: the same rules as handwritten closures. `node policy-closures.mjs SECONDS` prints a row as JSON. */
import { printRow } from '../lib/measure-alone.mjs';
import { RBAC_DATA, RBAC_REQUESTS } from '../lib/rbac-policy.mjs';

const ROUNDS = 25;
const permissions = {
  admin: [
    ['read', 'invoice'],
    ['update', 'invoice'],
    ['delete', 'invoice'],
    ['read', 'report'],
  ],
  accountant: [
    ['read', 'invoice'],
    ['update', 'invoice'],
  ],
  viewer: [['read', 'report']],
  guest: [['read', 'home']],
};
const suspended = (input) => RBAC_DATA.suspended.includes(input.user);
const roles = (input) => [...(RBAC_DATA.user_roles[input.user] ?? []), ...(input.anonymous ? ['guest'] : [])];
const permitted = (input) => (role) =>
  permissions[role].some(([action, resource]) => action === input.action && resource === input.resource);
const owns = (input) =>
  input.owner !== undefined && input.owner === input.user && ['read', 'update'].includes(input.action);
const allow = (input) => (!suspended(input) && roles(input).some(permitted(input))) || owns(input);

const requests = RBAC_REQUESTS.map(([input, expected]) => [JSON.stringify(input), expected]);
for (const [text, expected] of requests)
  if (allow(JSON.parse(text)) !== expected) throw new Error(`${text} is decided wrongly.`);
printRow(
  () => {
    for (let round = 0; round < ROUNDS; round++) for (const [text] of requests) allow(JSON.parse(text));
  },
  ROUNDS * requests.length,
  Number(process.argv[2]),
);
