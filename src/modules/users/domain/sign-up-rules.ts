import type { AccountRules } from '../contract/account-rules.types';
import type { SignUpOffer } from '../contract/sign-up.port';
import { emailKey } from './email-key';

export type SignUpRules = Pick<AccountRules, 'signUp' | 'signUpDomains' | 'termsUrl'>;

/** Returns how people can sign up under the rules; `null` if they cannot. */
export function signUpOffer({ signUp, signUpDomains, termsUrl }: SignUpRules): SignUpOffer | null {
  if (signUp === 'open') return { domains: [], termsUrl };
  return signUp === 'domain' && signUpDomains.length > 0 ? { domains: signUpDomains, termsUrl } : null;
}

/** Returns whether somebody with this address can sign up. A subdomain is a different domain. */
export function maySignUp(rules: SignUpRules, email: string): boolean {
  const offer = signUpOffer(rules);
  const domain = emailKey(email).split('@').at(-1) ?? '';
  return offer !== null && (offer.domains.length === 0 || offer.domains.includes(domain));
}
