import { storedName } from './stored-name';

test('the name of a counter in the store does not reveal the key, and is the same in every process', () => {
  const name = 'default default key alice@example.com';
  expect(storedName(name)).toMatch(/^[\w-]{32}$/);
  expect(storedName(name)).toBe(storedName(`${name}`));
  expect(storedName(name)).not.toBe(storedName(`${name} `));
});
