import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../commands';
import { optionOf } from './field';
import { argumentsOf, methodOf, type Operation, pathOf, surfaceOf } from './operation';
import { commandOf } from './operation-command';
import { OPERATIONS } from './operations';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Route {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Route>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const documentOf = (surface: string): ApiDocument =>
  JSON.parse(readFileSync(path.resolve(__dirname, `../../roles/${surface}/openapi.json`), 'utf8')) as ApiDocument;
const DOCUMENTS = { backend: documentOf('backend'), 'control-plane': documentOf('control-plane') };

/** Resolves references and nullable types to the schema itself. */
function whole(operation: Operation, schema: Schema | undefined): Schema {
  const { schemas } = DOCUMENTS[surfaceOf(operation)].components;
  if (schema?.$ref !== undefined) return whole(operation, schemas[schema.$ref.split('/').at(-1) ?? '']);
  const [first] = schema?.anyOf ?? [];
  return first === undefined ? (schema ?? {}) : whole(operation, first);
}

const routeOf = (operation: Operation): Route | undefined =>
  DOCUMENTS[surfaceOf(operation)].paths[pathOf(operation)]?.[methodOf(operation).toLowerCase()];

function answerOf(operation: Operation): Schema {
  const answers = Object.entries(routeOf(operation)?.responses ?? {});
  const [, good] = answers.find(([status]) => status.startsWith('2')) ?? [];
  const answer = whole(operation, Object.values(good?.content ?? {})[0]?.schema);
  return operation.list ? whole(operation, whole(operation, answer.properties?.['items']).items) : answer;
}

function hasMember(operation: Operation, schema: Schema, column: string): boolean {
  const [first = '', ...rest] = column.split('.');
  const member = schema.properties?.[first];
  return member !== undefined && (rest.length === 0 || hasMember(operation, whole(operation, member), rest.join('.')));
}

/**
 * Changes that take effect whatever else changed: they end access, set only the members that the caller names, or have their own condition
 * (`--cas`). Their callers need not be able to read.
 */
const UNCONDITIONAL = [
  ...['keys rotate', 'keys revoke', 'users update', 'users delete', 'users revoke-invitation', 'flags set'],
  ...['secrets set', 'secrets delete'],
];

describe('the table of operations', () => {
  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s matches the API', (_, one) => {
    const route = routeOf(one);
    expect(route).toBeDefined();
    const content = Object.entries(route?.requestBody?.content ?? {});
    const members = whole(one, content[0]?.[1].schema).properties ?? {};
    const parameters = (route?.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const fields = one.fields ?? [];
    const known = { query: parameters.map(({ name }) => name), body: Object.keys(members) };
    expect(fields.filter(({ to, as }) => !known[to].includes(as))).toEqual([]);
    expect(Object.values(one.file ?? {}).filter((type) => !content.some(([accepted]) => accepted === type))).toEqual(
      [],
    );
    const answer = answerOf(one);
    const shown = [...one.columns, ...[one.secret ?? []].flat()].filter((name) => !(name in (one.computed ?? {})));
    expect(shown.filter((name) => !hasMember(one, answer, name))).toEqual([]);
    // The command has every required parameter of the API, and supports pages if the API does.
    const said = fields.filter(({ isRequired, isArgument }) => isRequired ?? isArgument).map(({ as }) => as);
    const needed = parameters.filter(({ required }) => required).map(({ name }) => name);
    expect(needed.filter((name) => !said.includes(name))).toEqual([]);
    expect(one.list === 'pages').toBe(known.query.includes('cursor'));
  });

  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
    '%s is conditional if the API allows it',
    (name, one) => {
      const headers = (routeOf(one)?.parameters ?? []).map((parameter) => parameter.name.toLowerCase());
      const isConditional = headers.includes('if-match') && !UNCONDITIONAL.includes(name);
      expect(one.changes !== undefined).toBe(isConditional);
      // The changed resource can be read, in the same tenant.
      const read = routeOf({ ...one, call: `GET ${one.changes ?? pathOf(one)}` });
      expect(one.changes === undefined || read !== undefined).toBe(true);
    },
  );

  it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))('%s is consistent', (name, one) => {
    const options = (one.fields ?? []).filter(({ isArgument }) => !isArgument).map(optionOf);
    expect(new Set(options).size).toBe(options.length);
    const { usage } = commandOf(one);
    expect(COMMANDS.map((command) => command.name)).toContain(name);
    for (const example of one.examples) {
      expect(example.startsWith(name)).toBe(true);
      for (const [option] of example.matchAll(/(?<= )--[a-z-]+/g)) expect(usage).toContain(option);
    }
    const filled = [...argumentsOf(one), one.tenantIn];
    for (const [, argument = ''] of (one.danger ?? '').matchAll(/\{(\w+)\}/g)) expect(filled).toContain(argument);
    // A command that deletes something asks for confirmation.
    expect(methodOf(one) !== 'DELETE' || one.danger !== undefined).toBe(true);
  });

  it('names each command once', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
