import { Injectable } from '@nestjs/common';
import { Sealer } from '../../../kernel/sealing/sealer';
import { type DeviceAccount, knownDevice, type KnownDevice, rememberedOn } from '../domain/sign-in-device';

/** Recognizes devices that signed in before by their cookie, so that guesses from elsewhere lock no user out of their own device. */
@Injectable()
export class SignInDevices {
  private readonly key: Buffer;

  constructor(sealer: Sealer) {
    this.key = sealer.deriveKey('sign-in devices');
  }

  /** Returns the device of a cookie if a user signed in to an account with the address on it, else `null`. */
  known(cookie: string, emailKey: string): KnownDevice | null {
    return knownDevice(this.key, cookie, emailKey);
  }

  /** Returns the cookie of a device after a sign-in. */
  remember(cookie: string, account: DeviceAccount): string {
    return rememberedOn(this.key, cookie, account);
  }
}
