import { checkPassword } from './password-rules';

const EMAIL = 'ada.lovelace@example.com';

describe('the rules of a password', () => {
  it.each([
    '123456789012',
    'a'.repeat(256),
    '            ',
    'correct horse battery staple',
    'пароль пароль',
    'ada.lovelace',
  ])('take %j', (password) => {
    expect(() => {
      checkPassword(password, EMAIL);
    }).not.toThrow();
  });

  it.each(['', '12345678901', 'a'.repeat(257), '💥'.repeat(6)])('refuse %j for its length', (password) => {
    expect(() => {
      checkPassword(password, EMAIL);
    }).toThrow('12 to 256');
  });

  it.each([EMAIL, 'ADA.Lovelace@example.com'])('refuse the address itself, as in %j', (password) => {
    expect(() => {
      checkPassword(password, EMAIL);
    }).toThrow('e-mail address');
  });
});
