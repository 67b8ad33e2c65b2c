import { isOfSubject } from './subject';

it.each([
  ['project/prj-1', undefined, true],
  ['project/prj-1', 'project/prj-1', true],
  ['project/prj-12', 'project/prj-1', false],
  ['project/prj-12', 'project/prj-1*', true],
  ['project/prj-1', 'project/*', true],
  ['user/usr-1', 'project/*', false],
])('%s matches %s: %s', (subject, wanted, isSo) => {
  expect(isOfSubject(subject, wanted)).toBe(isSo);
});
