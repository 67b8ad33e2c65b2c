/** The choices on the sign-in page of a tenant beside the password. */
export interface SignInOptions {
  /** True if people can create an account. */
  readonly signUp: boolean;
  /** True if a code by mail can replace the password. */
  readonly emailCodes: boolean;
  /** Number of days for which users can choose to stay signed in; `null` if they cannot. */
  readonly stayDays: number | null;
}

/** The options of the sign-in page, from the account rules. */
export abstract class SignInOptionsPort {
  abstract find(tenantId: string): Promise<SignInOptions>;
}
