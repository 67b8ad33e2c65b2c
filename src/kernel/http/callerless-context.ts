import { callContext, type CallContext } from '../context/call-context';
import { newId } from '../ids/ids';

/** Id of a caller who has not even said a name. */
export const ANONYMOUS = 'anonymous';

/** The context of a request whose caller is not known (yet); `claimed` is what the caller says to be. */
export function callerlessContext(
  { requestId, ip, traceparent }: Pick<CallContext, 'requestId' | 'ip' | 'traceparent'>,
  claimed = ANONYMOUS,
): CallContext {
  return callContext({
    requestId,
    tenantId: null,
    actor: { type: 'service', id: claimed },
    ip,
    traceparent,
    auditEventId: newId('aud'),
  });
}
