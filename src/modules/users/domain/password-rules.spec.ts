import { DEFAULT_ACCOUNT_RULES } from '../contract/account-rules.types';
import { checkPassword } from './password-rules';

const EMAIL = 'ada.lovelace@example.com';

describe('the password rules', () => {
  it.each([
    '123456789012',
    'a'.repeat(256),
    '            ',
    'correct horse battery staple',
    'пароль пароль',
    'ada.lovelace',
  ])('accept %j', (password) => {
    expect(() => {
      checkPassword(password, EMAIL, DEFAULT_ACCOUNT_RULES);
    }).not.toThrow();
  });

  it.each(['', '12345678901', 'a'.repeat(257), '💥'.repeat(6)])('reject %j for its length', (password) => {
    expect(() => {
      checkPassword(password, EMAIL, DEFAULT_ACCOUNT_RULES);
    }).toThrow('12 to 256');
  });

  it.each([EMAIL, 'ADA.Lovelace@example.com'])('reject the email address itself, as in %j', (password) => {
    expect(() => {
      checkPassword(password, EMAIL, DEFAULT_ACCOUNT_RULES);
    }).toThrow('email address');
  });

  it('reject a password below the minimum of the tenant', () => {
    const rules = { ...DEFAULT_ACCOUNT_RULES, passwordMinLength: 15 };
    expect(() => {
      checkPassword('12345678901234', EMAIL, rules);
    }).toThrow('15 to 256');
    expect(() => {
      checkPassword('123456789012345', EMAIL, rules);
    }).not.toThrow();
  });

  it.each(['nordwind is great', 'NordWind 2026!!', 'I am at ｎｏｒｄｗｉｎｄ'])(
    'reject %j for a blocked word',
    (password) => {
      expect(() => {
        checkPassword(password, EMAIL, { ...DEFAULT_ACCOUNT_RULES, passwordBlockedWords: ['Nordwind'] });
      }).toThrow('not allowed');
    },
  );
});
