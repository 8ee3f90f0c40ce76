import { z } from 'zod';

/** SSO_PROVIDERS: which sign-on providers accounts may connect; a part of each process's schema. */
export const providerReachSetting = z
  .enum(['public', 'private', 'insecure'], { error: 'it must be public, private or insecure' })
  .default('public')
  .meta({
    description:
      'which sign-on providers accounts may connect: https on the internet, https anywhere, or http too, for development',
    example: 'private',
  });
