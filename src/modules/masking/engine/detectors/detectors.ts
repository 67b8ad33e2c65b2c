import type { Detector } from '../detector';
import { AFRICA } from './africa';
import { AUSTRALIA } from './australia';
import { CANADA } from './canada';
import { CRYPTO } from './crypto';
import { DATES } from './dates';
import { DEVICES } from './devices';
import { EAST_ASIA } from './east-asia';
import { EASTERN_EUROPE } from './eastern-europe';
import { EMAIL } from './email';
import { GERMANY } from './germany';
import { INDIA } from './india';
import { ITALY } from './italy';
import { NETWORK } from './network';
import { NORDICS } from './nordics';
import { PAYMENT } from './payment';
import { PERSON } from './person';
import { PHONE } from './phone';
import { SECRETS } from './secrets';
import { SECRETS_IN_CONTEXT } from './secrets-in-context';
import { SOUTH_EAST_ASIA } from './south-east-asia';
import { SPAIN } from './spain';
import { UNITED_KINGDOM } from './united-kingdom';
import { UNITED_STATES } from './united-states';
import { URLS } from './url';

/** All detectors. If two detectors find the same value with the same score, the first detector wins. */
export const DETECTORS: readonly Detector[] = [
  ...SECRETS,
  ...SECRETS_IN_CONTEXT,
  ...EMAIL,
  ...PAYMENT,
  ...CRYPTO,
  ...NETWORK,
  ...PHONE,
  ...DEVICES,
  ...UNITED_STATES,
  ...UNITED_KINGDOM,
  ...CANADA,
  ...AUSTRALIA,
  ...GERMANY,
  ...SPAIN,
  ...ITALY,
  ...NORDICS,
  ...EASTERN_EUROPE,
  ...INDIA,
  ...EAST_ASIA,
  ...SOUTH_EAST_ASIA,
  ...AFRICA,
  ...DATES,
  ...URLS,
  ...PERSON,
];
