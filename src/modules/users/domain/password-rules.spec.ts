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
      checkPassword(password, EMAIL);
    }).not.toThrow();
  });

  it.each(['', '12345678901', 'a'.repeat(257), '💥'.repeat(6)])('reject %j for its length', (password) => {
    expect(() => {
      checkPassword(password, EMAIL);
    }).toThrow('12 to 256');
  });

  it.each([EMAIL, 'ADA.Lovelace@example.com'])('reject the email address itself, as in %j', (password) => {
    expect(() => {
      checkPassword(password, EMAIL);
    }).toThrow('email address');
  });
});
