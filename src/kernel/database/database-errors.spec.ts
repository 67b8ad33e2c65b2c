import { AppError } from '../errors/app-error';
import { databaseErrorCode, isUniqueViolation, translateDatabaseError } from './database-errors';

const coded = (code: unknown, message = 'SELECT secret FROM t'): Error => Object.assign(new Error(message), { code });
/** Wraps an error as TypeORM does. */
const wrapped = (inner: unknown): Error => Object.assign(new Error('QueryFailedError'), { driverError: inner });

describe('a database error', () => {
  it.each([
    ['canceled by a timeout', '57014'],
    ['shut down by an administrator', '57P01'],
    ['starting up', '57P03'],
    ['out of connections', '53300'],
    ['out of disk', '53100'],
    ['disconnected', '08006'],
    ['in a deadlock', '40P01'],
    ['in a serialization conflict', '40001'],
    ['read-only', '25006'],
    ['refusing connections', 'ECONNREFUSED'],
    ['unknown to the name service', 'EAI_AGAIN'],
  ])('is `unavailable` if the store is %s (%s), including when wrapped by TypeORM', (_name, code) => {
    for (const thrown of [coded(code), wrapped(coded(code))]) {
      const error = translateDatabaseError(thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'unavailable', cause: thrown });
      expect(String(error)).not.toContain('secret');
    }
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client was closed and is not queryable',
    'Client has encountered a connection error and is not queryable',
  ])("is `unavailable` if the driver's message is: %s", (words) => {
    expect(translateDatabaseError(new Error(words))).toMatchObject({ code: 'unavailable' });
  });

  it.each(['23505', '42P01', '42501', '', undefined, 57_014])('is unchanged with the code %p', (code) => {
    const thrown = coded(code, 'broken');
    expect(translateDatabaseError(thrown)).toBe(thrown);
  });

  it.each(['22P02', '22P05', '22003', '22021'])('is a bad request if a column cannot hold the value (%s)', (code) => {
    for (const thrown of [coded(code), wrapped(coded(code))]) {
      const error = translateDatabaseError(thrown);
      expect(error).toMatchObject({ code: 'invalid_request', cause: thrown });
      expect(String(error)).not.toContain('secret');
    }
  });

  it('is unchanged if it is an AppError or is not an error', () => {
    for (const thrown of [new AppError('conflict', 'Taken.'), 'text', null, { code: '57014' }]) {
      expect(translateDatabaseError(thrown)).toBe(thrown);
    }
  });

  it('yields its SQLSTATE as the code, or an empty code', () => {
    expect(databaseErrorCode(wrapped(coded('23505')))).toBe('23505');
    for (const thrown of [null, 'x', new Error('x'), coded(5), wrapped('x'), wrapped(null)]) {
      expect(databaseErrorCode(thrown)).toBe('');
    }
  });

  it('is recognized as a unique violation only by its code', () => {
    expect(
      [coded('23505'), wrapped(coded('23505')), coded('23503'), new Error('23505')].map(isUniqueViolation),
    ).toEqual([true, true, false, false]);
  });
});
