/** What all pages of this part show. */
export const words = {
  label: 'SSO & SCIM',
  pages: {
    scim: 'Provisioning (SCIM)',
    guides: 'Set-up guides',
    signOn: 'Sign-on provider',
    domains: 'Domains',
    customSchemas: 'Custom attributes',
  },
  needsRight: 'only account admins change this.',
} as const;
