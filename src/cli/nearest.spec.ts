import { nearest, suggestion } from './nearest';

const COMMANDS = ['apps list', 'apps get', 'users list', 'doctor', 'flags evaluate'];

it.each([
  ['apps lsit', 'apps list'],
  ['app list', 'apps list'],
  ['user list', 'users list'],
  ['docter', 'doctor'],
  ['flags evalute', 'flags evaluate'],
])('%s most likely stands for %s', (word, expected) => {
  expect(nearest(word, COMMANDS)).toBe(expected);
});

it.each(['', 'x', 'projects', 'apps rotate'])('%j does not resemble any command', (word) => {
  expect(nearest(word, COMMANDS)).toBeNull();
});

it('is suggested as a question', () => {
  expect([suggestion('docter', COMMANDS), suggestion('x', COMMANDS)]).toEqual([' Did you mean "doctor"?', '']);
});
