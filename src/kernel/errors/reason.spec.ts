import { errorAnswer } from '../http/errors/error-body';
import { problemOf } from '../grpc/problem';
import { toProblemDetail, throwProblem } from '../grpc/problem-transfer';
import { AppError, outage, outageOf } from './app-error';
import { HTTP_STATUS } from './error-tables';
import { isOutage, OUTAGES, type OutageReason } from './reason';

// The keys of the table are the reasons.
const REASONS = Object.keys(OUTAGES) as OutageReason[];
const answerTo = (error: AppError) => {
  const { status, headers, body } = errorAnswer(error, { requestId: 'req-1', accept: undefined });
  return { status, headers, body: JSON.parse(body) as Readonly<Record<string, unknown>> };
};

describe('an outage', () => {
  it.each(REASONS)('%s returns 503 with its reason and Retry-After, and has the same reason over gRPC', (reason) => {
    const error = outage(reason);
    const answer = answerTo(error);
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable', reason, status: 503 } });
    expect(answer.headers['Retry-After']).toBe(String(OUTAGES[reason].retryAfterSeconds));
    expect(problemOf(error)).toMatchObject({ status: 503, extensions: { reason } });
    expect(outageOf(error)).toBe(reason);
  });

  it.each(REASONS)('%s has a short ASCII message for public clients', (reason) => {
    expect(OUTAGES[reason].message).toMatch(/^[\x20-\x7e]{8,120}$/);
  });

  it('keeps its code and reason across a remote port', () => {
    const thrown = (error: AppError): unknown => {
      try {
        throwProblem(toProblemDetail(error));
      } catch (carried) {
        return carried;
      }
      return null;
    };
    expect(thrown(outage('audit_full'))).toMatchObject({ code: 'unavailable', reason: 'audit_full' });
    expect(thrown(outage('deadline'))).toMatchObject({ code: 'deadline_exceeded', reason: 'deadline' });
    expect(thrown(new AppError('not_found', 'None.'))).toMatchObject({ code: 'not_found', reason: null });
  });

  it('keeps its own Retry-After, and uses its code as the reason of a 503 if it has no reason', () => {
    const busy = new AppError('unavailable', 'Busy.', { headers: { 'Retry-After': '7' } });
    expect(answerTo(busy)).toMatchObject({ headers: { 'Retry-After': '7' }, body: { reason: 'unavailable' } });
  });

  it('has a reason by default, unlike other errors', () => {
    expect(answerTo(new AppError('not_found', 'None.')).body).not.toHaveProperty('reason');
    expect(answerTo(new AppError('unauthorized', 'No.', { reason: 'token_expired' })).body).toMatchObject({
      reason: 'token_expired',
    });
    expect(Object.keys(HTTP_STATUS).filter(isOutage)).toEqual([]);
    expect(isOutage('toString')).toBe(false);
  });
});
