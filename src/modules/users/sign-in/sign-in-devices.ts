import { Injectable } from '@nestjs/common';
import { Sealer } from '../../../kernel/sealing/sealer';
import { type DeviceAccount, knownDevice, type KnownDevice, rememberedOn } from '../domain/sign-in-device';

/**
 * Uses a cookie to recognize devices on which a user has signed in before, so that guesses from elsewhere do not lock out users on these
 * devices.
 */
@Injectable()
export class SignInDevices {
  private readonly key: Buffer;

  constructor(sealer: Sealer) {
    this.key = sealer.deriveKey('sign-in devices');
  }

  /**
   * Returns the device that a cookie identifies if a user has signed in to an account with the address on that device; `null` otherwise.
   */
  known(cookie: string, emailKey: string): KnownDevice | null {
    return knownDevice(this.key, cookie, emailKey);
  }

  /** Returns the cookie of a device after a sign-in. */
  remember(cookie: string, account: DeviceAccount): string {
    return rememberedOn(this.key, cookie, account);
  }
}
