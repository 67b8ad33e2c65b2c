import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { body, query } from './field';
import { filledPath, parseCommandLine, requestOptionsOf, withTenant } from './parse-command-line';
import type { Operation } from './operation';
import { usageOf } from './operation-help';

const THING: Operation = {
  name: 'things put',
  summary: 'Put a thing',
  call: 'PUT /v1/boxes/{box}/things/{id}',
  scopes: [],
  fields: [
    body.text('name', 'name', { isArgument: true }),
    body.list('tags', 'tags', { option: 'tag' }),
    body.number('sizeBytes', 'size'),
    body.truth('is_open', 'open'),
    body.switch('paused', 'paused'),
    body.json('input', 'input'),
    body.text('color', 'color', { words: ['red', 'blue'], isRequired: true }),
    query.switch('dryRun', 'trial'),
    query.text('tenant', 'tenant'),
  ],
  columns: ['id'],
  examples: [],
};

let folder: string;
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};
const sent = (operation: Operation, ...args: readonly string[]) =>
  requestOptionsOf(operation, parseCommandLine(operation, args));

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-given-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('fills the path, query and body with values of the right types', () => {
  const args = ['b/1', 'ä', 'Thing', '--color', 'red', '--tag', 'x y', '--tag', 'z', '--size-bytes', '7'];
  const given = parseCommandLine(THING, [
    ...args,
    '--is-open',
    'false',
    '--input',
    '{"n":[1]}',
    '--dry-run',
    '--tenant',
    'a&b',
  ]);
  expect(filledPath('/v1/boxes/{box}/things/{id}', given)).toBe('/v1/boxes/b%2F1/things/%C3%A4');
  expect(requestOptionsOf(THING, given)).toEqual({
    query: { dryRun: 'true', tenant: 'a&b' },
    json: { name: 'Thing', tags: ['x', 'y', 'z'], sizeBytes: 7, is_open: false, input: { n: [1] }, color: 'red' },
  });
});

it('lets options override the body from a file', () => {
  const whole = file('body.json', '{"color":"blue","weight":3}');
  expect(sent(THING, 'b', 'i', 'Thing', '--body-file', whole, '--paused')).toMatchObject({
    json: { color: 'blue', weight: 3, paused: true, name: 'Thing' },
  });
  expect(() => sent(THING, 'b', 'i', 'n', '--body-file', file('none.json', '[1'))).toThrow('none.json is not JSON');
  expect(() => sent(THING, 'b', 'i', 'n', '--body-file', file('null.json', 'null'))).toThrow('is not a JSON object');
});

it.each([
  [['b', 'i'], 'Specify the name.'],
  [['b', 'i', 'n', 'more'], '"more" is unexpected.'],
  [['b', 'i', 'n'], 'Set --color.'],
  [['b', 'i', 'n', '--color', 'green'], '--color must be one of red, blue.'],
  [['b', 'i', 'n', '--color', 'red', '--size-bytes', 'x'], '--size-bytes must be a number'],
  [['b', 'i', 'n', '--color', 'red', '--is-open', 'yes'], '--is-open must be one of true, false.'],
  [['b', 'i', 'n', '--color', 'red', '--input', '{'], '--input is not JSON'],
  [['b', 'i', 'n', '--limit', '3'], 'There is no option --limit.'],
  [['b', 'i', 'n', '--yes'], 'There is no option --yes.'],
  [['b', 'i', 'n', '--colr', 'red'], 'There is no option --colr. Did you mean "--color"?'],
  [['b', 'i', 'n', '--color'], '--color needs a value.'],
  [
    ['b', 'i', 'n', '--color', '--paused'],
    '--color needs a value. For a value that begins with a hyphen, write --color=<value>.',
  ],
  [['b', 'i', 'n', '--paused=yes'], '--paused does not take a value.'],
])('rejects %j', (args, words) => {
  expect(() => sent(THING, ...args)).toThrow(words);
});

it('does not take an own option for a connection option of the same name', () => {
  const args = ['b', 'i', 'n', '--color', 'red', '--url', 'https://x.example', '--context', 'acme'];
  expect(parseCommandLine(THING, args).connection).toEqual({ url: 'https://x.example', context: 'acme' });
  const own: Operation = { ...THING, fields: [...(THING.fields ?? []), body.json('context', 'context')] };
  expect(parseCommandLine(own, args).connection).toEqual({ url: 'https://x.example' });
  expect(usageOf(THING)).toMatch(/^ {2}--context +context of "coresdk login"/m);
  expect(usageOf(own)).not.toContain('context of "coresdk login"');
});

it('fills the tenant in the path with --tenant or the tenant of the context', () => {
  const ofTenant: Operation = { ...THING, call: 'GET /v1/tenants/{id}/things/{key}', tenantIn: 'id', fields: [] };
  const pathFor = (tenant: string | null, ...args: readonly string[]): string => {
    const credential = { apiKey: 'k' };
    const connection = { url: 'https://x.example', tokenPath: '', scopes: null, credential, tenant };
    const given = withTenant(ofTenant, parseCommandLine(ofTenant, args), connection);
    return filledPath('/v1/tenants/{id}/things/{key}', given);
  };
  expect(pathFor('acme', 'k')).toBe('/v1/tenants/acme/things/k');
  expect(pathFor('acme', 'k', '--tenant', 'other')).toBe('/v1/tenants/other/things/k');
  expect(() => pathFor(null, 'k')).toThrow('Name the tenant: use --tenant');
  expect(() => pathFor(null, 'k', '--tenant', '..')).toThrow('".." is not valid here');
  expect(usageOf(ofTenant)).toMatch(/^Usage: coresdk things put <key> \[options\]$/m);
  expect(usageOf(ofTenant)).toMatch(/^ {2}--tenant +ID or slug of the tenant \(default: the tenant of the context\)$/m);
});

it('sends a file unchanged, with the media type for its extension', () => {
  const upload: Operation = { ...THING, call: 'POST /v1/things', fields: [], file: { '.csv': 'text/csv', '': 'a/b' } };
  const { body: csv } = sent(upload, '--body-file', file('a.csv', 'x,y\n'));
  expect([csv?.type, Buffer.from(csv?.content as Buffer).toString()]).toEqual(['text/csv', 'x,y\n']);
  expect(sent(upload, '--body-file', file('a.txt', '')).body?.type).toBe('a/b');
});

it('reads a secret as text without the final line break, and binary content as base64', () => {
  const secret: Operation = { ...THING, call: 'PUT /v1/secrets/{name}', fields: [body.bytes('value', 'value')] };
  const valueOf = (content: string | Buffer): unknown => sent(secret, 'N', '--value-file', file('value', content)).json;
  expect(valueOf('two\nlines\n')).toEqual({ value: 'two\nlines', encoding: 'utf8' });
  expect(valueOf('ends twice\r\n\r\n')).toEqual({ value: 'ends twice\r\n', encoding: 'utf8' });
  expect(valueOf(Buffer.from([0xff, 0x0a]))).toEqual({ value: '/wo=', encoding: 'base64' });
});
