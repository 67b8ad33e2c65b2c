import { readYaml } from './yaml-file';

const faultsOf = (text: string) =>
  readYaml('a.yaml', text).faults.map(({ place, message }) => `${place.line}:${place.column} ${message}`);

it('reads YAML and JSON, with the place of each member', () => {
  const file = readYaml('a.yaml', 'tenants:\n  acme:\n    flags:\n      one: { state: ENABLED }\n    list: [x, y]\n');
  expect(file.faults).toEqual([]);
  expect(file.value).toMatchObject({ tenants: { acme: { list: ['x', 'y'] } } });
  expect(file.placeOf(['tenants', 'acme', 'flags', 'one', 'state'])).toEqual({ file: 'a.yaml', line: 4, column: 14 });
  expect(file.placeOf(['tenants', 'acme', 'list', 1])).toMatchObject({ line: 5, column: 15 });
  expect(readYaml('a.json', '{"version":1}').value).toEqual({ version: 1 });
});

it('gives the nearest place above a member that does not exist', () => {
  const file = readYaml('a.yaml', 'tenants:\n  acme:\n    name: Acme\n');
  expect(file.placeOf(['tenants', 'acme', 'plan'])).toMatchObject({ line: 2, column: 3 });
  expect(file.placeOf(['tenants', 'acme', 'name', 'deeper'])).toMatchObject({ line: 3, column: 5 });
});

it('reports syntax errors, names that occur twice, aliases, and names that are not strings', () => {
  expect(faultsOf('a: [1\nb: 2\n')[0]).toMatch(/^\d+:\d+ /);
  expect(faultsOf('a: 1\nb: 2\na: 3\n')).toEqual(['3:1 is defined twice']);
  expect(faultsOf('a: &x 1\nb: *x\n')).toEqual(['2:4 must not be an alias']);
  expect(faultsOf('? [a]\n: 1\n')).toEqual(['1:1 must have plain strings as the names of its members']);
});
