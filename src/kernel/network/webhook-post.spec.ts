import { AppError } from '../errors/app-error';
import { ForbiddenAddress } from './guarded-lookup';
import { LateAnswer } from './guarded-request';
import { whyNotTaken } from './webhook-post';

const systemError = (code: string): Error => Object.assign(new Error(`connect ${code} 10.1.2.3:443`), { code });

describe('why a message was not taken', () => {
  it.each([
    [new ForbiddenAddress('10.1.2.3'), 'The URL leads to an address that is not public.'],
    [new LateAnswer(2_500), 'The receiver did not answer within 2.5 seconds.'],
    [systemError('ECONNREFUSED'), 'The receiver refused the connection.'],
    [systemError('EHOSTUNREACH'), 'It could not be delivered (EHOSTUNREACH).'],
    [systemError('CERT_HAS_EXPIRED'), 'It could not be delivered (CERT_HAS_EXPIRED).'],
    [new Error('The answer has more than 65536 bytes.'), 'The answer has more than 65536 bytes.'],
    [new AppError('unavailable', 'The store is away.'), 'The store is away.'],
    ['thrown', 'The message could not be sent.'],
  ])('%s', (fault, words) => {
    expect(whyNotTaken(fault)).toBe(words);
  });
});
