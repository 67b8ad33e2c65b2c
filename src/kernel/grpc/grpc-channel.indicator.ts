import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { GrpcChannel } from './grpc-channel';

/** Checks that the sidecar used by this process responds. */
@Injectable()
export class GrpcChannelIndicator extends ReadinessIndicator {
  readonly key = 'channel';
  readonly order = 7;

  constructor(private readonly channel: GrpcChannel) {
    super();
  }

  protected override missing(): string | null {
    return this.channel.missing();
  }
}
