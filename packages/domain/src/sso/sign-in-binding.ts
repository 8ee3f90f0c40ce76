/** Who a user is at the provider: from the first sign-in on, nobody else there is them. */
export interface SignInBinding {
  issuer: string;
  subject: string;
  boundAt: Date;
}
