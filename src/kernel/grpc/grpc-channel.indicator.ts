import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { GrpcChannel } from './grpc-channel';

/** Checks that the sidecar answers that this process asks. */
@Injectable()
export class GrpcChannelIndicator extends ReadinessIndicator {
  readonly key = 'channel';
  readonly order = 7;

  constructor(
    health: HealthIndicatorService,
    private readonly channel: GrpcChannel,
  ) {
    super(health);
  }

  protected override missing(): string | null {
    return this.channel.missing();
  }
}
