import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { ChangeFeed } from './change-feed';

/** Checks that the in-memory state of this process can still be trusted, and reports when changes are read up to a second late. */
@Injectable()
export class ChangesIndicator extends ReadinessIndicator {
  readonly key = 'changes';
  readonly order = 2;

  constructor(private readonly feed: ChangeFeed) {
    super();
  }

  protected override missing(): string | null {
    if (this.feed.isFresh()) return null;
    const age = this.feed.ageMs();
    const last = Number.isFinite(age) ? `last read ${Math.round(age / 1000)} s ago` : 'nothing read yet';
    return this.feed.isStoreAway() ? `database: it does not respond; ${last}` : `change feed: ${last}`;
  }

  protected override note(): string | null {
    return this.feed.notificationFault();
  }
}

/** Checks that the clock of this process is close enough to the database's clock. */
@Injectable()
export class ClockIndicator extends ReadinessIndicator {
  readonly key = 'clock';
  readonly order = 3;

  constructor(private readonly feed: ChangeFeed) {
    super();
  }

  protected override missing(): string | null {
    return this.feed.clockFault();
  }
}
