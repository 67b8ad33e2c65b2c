import { snakeOf } from './names.mjs';
import { Refusal } from './refusal.mjs';

/** Members that every resource has. */
const COMMON = 'id version createdAt createdBy updatedAt updatedBy'.split(' ');
/** Query parameters that every list has. */
const LIST_PARAMETERS = 'limit cursor sort include'.split(' ');
/** Variables and imports of the generated code, where each member becomes a constant. */
const VARIABLES = (
  'tenantId actorId context input patch expected query row rows tx write most day z listQuery lockTenant ' +
  'module require exports undefined'
).split(' ');
/** Reserved words in SQL or TypeScript. */
const RESERVED = (
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create ' +
  'default desc distinct do else end except false fetch for foreign from grant group having in initially ' +
  'intersect into lateral leading not null offset on only or order placing primary references returning ' +
  'select session some symmetric table then to trailing true union unique user using variadic when where window ' +
  'with authorization binary concurrently cross freeze full ilike inner is join left like natural outer overlaps right ' +
  'similar verbose break class const continue debugger delete enum export extends finally function if implements ' +
  'import instanceof interface let new package private protected public return static super switch this throw try ' +
  'typeof var void while yield await async constructor prototype arguments eval'
).split(' ');

/**
 * Throws a `Refusal` for the first member whose name is taken. The message gives the reason and all names taken for
 * that reason.
 * @param {readonly { readonly name: string }[]} members
 * @param {ReturnType<typeof import('./names.mjs').namesOf>} names of the resource
 */
export function assertMemberNames(members, names) {
  for (const { name } of members) {
    const reason = reasonOf(name, names);
    if (reason !== null)
      throw new Refusal(`"${name}" cannot be a member of ${names.aOne}: ${reason} Choose another name.`);
  }
}

/** Returns the reason why a name is taken, as a clause with a period; `null` if it is free. */
function reasonOf(name, { oneCamel, onePascal }) {
  if (COMMON.includes(name)) return `every resource has ${listOf(COMMON)}.`;
  if (LIST_PARAMETERS.includes(name)) return `every list has the query parameters ${listOf(LIST_PARAMETERS)}.`;
  const variables = [...VARIABLES, oneCamel, `${oneCamel}Patch`, `${oneCamel}Query`, `new${onePascal}`];
  if (variables.includes(name)) return `the generated code uses the names ${listOf(variables)}.`;
  if (RESERVED.includes(name) || RESERVED.includes(snakeOf(name))) return 'it is a reserved word of SQL or TypeScript.';
  return null;
}

function listOf(names) {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
