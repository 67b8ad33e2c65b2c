import type { CallContext } from '../../../kernel/context/call-context';
import type { LogPlace, TokenEvent, TokenEventBatch, TokenEventFilter } from './token-events.types';

/** Reads the token events of the call's tenant, and the events that affect all tenants. */
export abstract class TokenEventsPort {
  /**
   * Reads the log after a position. New events never appear before a position that was returned.
   * @param after the position; `null` to start with the oldest stored event.
   * @param limit the maximum number of events. A result with `more` can contain fewer events, because one read skips only a limited number
   * of events that do not match the filter. Errors: `gone` when events after the position are no longer stored; `invalid_request` for an
   * invalid position; `unavailable`.
   */
  abstract read(
    context: CallContext,
    after: LogPlace | null,
    filter: TokenEventFilter,
    limit: number,
  ): Promise<TokenEventBatch>;

  /**
   * Returns the most recent issuances of tokens, newest first, among the last 20,000 events of the tenant. Errors: `unavailable`.
   * @param grantTypes the grant types by which the clients got the tokens.
   * @param clientId `null` for the tokens of all apps.
   */
  abstract issuances(
    context: CallContext,
    grantTypes: readonly string[],
    clientId: string | null,
    limit: number,
  ): Promise<readonly TokenEvent[]>;

  /** Returns the current end of the log. Errors: `unavailable`. */
  abstract end(context: CallContext): Promise<LogPlace>;

  /**
   * Yields the log after a position, and then new events, without gaps or duplicates, until `signal` aborts. A batch without events arrives
   * periodically, with the current position. Errors: as for {@link read}.
   */
  abstract follow(
    context: CallContext,
    after: LogPlace,
    filter: TokenEventFilter,
    signal: AbortSignal,
  ): AsyncIterable<TokenEventBatch>;
}
