import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { ChangeFeed } from './change-feed';

/** Checks that what this process holds in memory may still be believed, and notes when that is read a second late. */
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
    return this.feed.isStoreAway() ? `database: it does not answer; ${last}` : `change feed: ${last}`;
  }

  protected override note(): string | null {
    return this.feed.notificationFault();
  }
}

/** Checks that the clock of this process is near enough to that of the database. */
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
