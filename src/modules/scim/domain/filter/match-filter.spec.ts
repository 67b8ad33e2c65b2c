import { userModel } from '../schema/resource-model';
import { readFilter } from './bind-filter';
import { matches } from './match-filter';

const model = userModel();

const ADA = {
  id: 'usr-1',
  userName: 'Ada',
  externalId: 'X-1',
  active: true,
  nickName: '',
  name: { familyName: 'Lovelace' },
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  meta: { lastModified: '2026-11-27T12:00:00Z' },
};

describe('a filter in memory', () => {
  it.each([
    ['userName eq "ada"', true],
    ['userName eq "ada l"', false],
    ['userName ne "ada"', false],
    ['userName co "D"', true],
    ['userName sw "a"', true],
    ['userName sw "d"', false],
    ['userName ew "A"', true],
    ['userName gt "ada"', false],
    ['userName ge "ada"', true],
    ['userName lt "adb"', true],
    ['userName le "ada"', true],
    // Compared case-sensitively, because the attribute is caseExact.
    ['externalId eq "X-1"', true],
    ['externalId eq "x-1"', false],
    ['active eq true', true],
    ['active eq false', false],
    ['name.familyName eq "lovelace"', true],
    ['meta.lastModified gt "2026-11-27T12:00:00Z"', false],
    ['meta.lastModified ge "2026-11-27T12:00:00Z"', true],
    ['meta.lastModified ge "2026-11-27T13:00:00+01:00"', true],
    ['meta.lastModified lt "2026-11-27T12:00:01Z"', true],
  ])('compares values: %s is %s', (text, expected) => {
    expect(matches(readFilter(model, text), ADA)).toBe(expected);
  });

  it.each([
    ['userName pr', true],
    ['title pr', false],
    ['nickName pr', false],
    ['emails pr', true],
    ['phoneNumbers pr', false],
    ['title eq null', true],
    ['userName eq null', false],
  ])('tests presence: %s is %s', (text, expected) => {
    expect(matches(readFilter(model, text), ADA)).toBe(expected);
  });

  it.each([
    ['userName eq "ada" and active eq true', true],
    ['userName eq "ada" and active eq false', false],
    ['userName eq "bob" or active eq true', true],
    ['userName eq "bob" or active eq false', false],
    ['not (userName eq "bob")', true],
    ['not (userName eq "ada")', false],
  ])('combines conditions: %s is %s', (text, expected) => {
    expect(matches(readFilter(model, text), ADA)).toBe(expected);
  });

  it.each([
    ['emails.value eq "ada@home.example"', true],
    ['emails[type eq "home"]', true],
    ['emails[type eq "other"]', false],
    ['emails[type eq "work" and primary eq true]', true],
    // Both conditions must hold for the same value.
    ['emails[type eq "home" and primary eq true]', false],
    ['emails[type eq "home" and value co "work"]', false],
  ])('checks each value of a multi-valued attribute: %s is %s', (text, expected) => {
    expect(matches(readFilter(model, text), ADA)).toBe(expected);
  });

  it('ignores inherited properties', () => {
    const inherited = Object.create({ userName: 'ada' }) as object;
    expect(matches(readFilter(model, 'userName pr'), inherited)).toBe(false);
  });
});
