import type { BundleFault } from '../../modules/policy/contract/policy-bundles.types';
import { exitCodeOf, findingsText } from './findings';

const fault = (members: Partial<BundleFault>): BundleFault => ({
  ...{ file: 'app.rego', row: 3, col: 5, code: 'rego_parse_error', message: 'unexpected token' },
  ...members,
});
const entered = (file: string): string => `policy/${file}`;

it('has a line for each finding, with the path as the user entered it', () => {
  expect(findingsText([fault({})], entered)).toBe(
    '1 error occurred:\npolicy/app.rego:3:5: rego_parse_error: unexpected token',
  );
  const all = [
    fault({ row: null, col: null, code: 'path_invalid', message: 'odd\u001b[2J' }),
    fault({ file: '', row: null, col: null, code: 'signature_invalid', message: 'sign the bundle' }),
    fault({ col: null, code: 'test_failed', message: 'it is false' }),
  ];
  expect(findingsText(all, entered).split('\n')).toEqual([
    '3 errors occurred:',
    'policy/app.rego: path_invalid: odd\\x1b[2J',
    'signature_invalid: sign the bundle',
    'policy/app.rego:3: test_failed: it is false',
  ]);
});

it('is exit code 2 only if nothing but tests fails', () => {
  expect(exitCodeOf([fault({ code: 'test_failed' }), fault({ code: 'test_failed' })])).toBe(2);
  expect(exitCodeOf([fault({ code: 'test_failed' }), fault({})])).toBe(1);
  expect(exitCodeOf([fault({ code: 'signature_invalid' })])).toBe(1);
});
