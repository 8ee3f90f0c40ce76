import { type GuideStep, type GuideValues, LICENSE_SCHEMA, LICENSE_VALUES } from './guides.ts';

/** Okta: one SAML application for both. */
export function oktaSteps({
  baseUrl,
  samlAcsUrl,
  samlEntityId,
  redirectUri,
}: GuideValues): readonly GuideStep[] {
  return [
    {
      title: 'Make the application',
      text: [
        'Provisioning in Okta hangs on a SAML or SWA application. The simplest way is one SAML application for signing in and provisioning: **Applications** > **Create App Integration** > **SAML 2.0**. Enter:',
      ],
      rows: [
        {
          field: 'Single sign-on URL',
          value: samlAcsUrl,
          isCopied: true,
          note: 'For Recipient URL and Destination URL, too.',
        },
        { field: 'Audience URI (SP Entity ID)', value: samlEntityId, isCopied: true },
        { field: 'Default RelayState', value: 'Empty', note: 'Signing in begins at Rollcall.' },
        { field: 'Name ID format', value: 'EmailAddress' },
        { field: 'Application username', value: 'Email', note: 'The setting that goes wrong most often.' },
        { field: 'Response, Assertion Signature', value: 'Signed both, RSA-SHA256' },
        { field: 'Assertion Encryption', value: 'Unencrypted' },
        { field: 'Attribute Statements', value: 'firstName: user.firstName, lastName: user.lastName' },
        {
          field: 'Group Attribute Statements',
          value: 'groups',
          note: 'Matches regex .* or a narrower filter: at most 100 groups of a person are sent.',
        },
      ],
      after: [
        `Do you sign in with OpenID Connect? Make an **OIDC** > **Web Application** for it with the redirect URI ${redirectUri}, and an **SWA** application for provisioning.`,
      ],
    },
    {
      title: 'Connect signing in',
      text: [
        'In the application: **Sign On** > **SAML Signing Certificates** > **Actions** of the active certificate > **View IdP metadata**. Copy what opens.',
      ],
      part: 'signOn',
    },
    {
      title: 'Switch provisioning on in Okta',
      text: [
        '**General** > **App Settings** > **Edit** > **Provisioning**: **SCIM** > **Save**.',
        'On the **Sign On** tab, under **Credentials Details**, set **Application username format** to **Email**.',
      ],
    },
    {
      title: 'Connect for provisioning',
      text: ['Tab **Provisioning** > **Integration** > **Edit**:'],
      rows: [
        { field: 'SCIM connector base URL', value: baseUrl, isCopied: true },
        { field: 'Unique identifier field for users', value: 'userName', isCopied: true },
        {
          field: 'Supported provisioning actions',
          value: 'Push New Users, Push Profile Updates, Push Groups',
          note: 'The two Import actions as well, to see in Okta who is in Rollcall.',
        },
        { field: 'Authentication Mode', value: 'HTTP Header' },
        { field: 'Authorization', value: 'The token', note: 'Okta writes “Bearer” before it.' },
      ],
      part: 'token',
    },
    {
      title: 'Test the connection',
      text: [
        'Press **Test Connector Configuration**, then **Save**. The test reads one page of users and one of groups; nothing is written.',
      ],
      part: 'check',
    },
    {
      title: 'Choose what Okta may do',
      text: [
        '**Provisioning** > **To App** > **Edit**: enable **Create Users**, **Update User Attributes** and **Deactivate Users**, then **Save**. Leave **Sync Password** off: Rollcall stores no passwords.',
      ],
    },
    {
      title: 'Look at the attribute mappings',
      text: ['**Provisioning** > **To App** > **Attribute Mappings**:'],
      rows: [
        { field: 'userName', value: 'Email', note: 'Set on the Sign On tab.' },
        { field: 'Primary email', value: 'user.email', note: 'The same address as userName.' },
        { field: 'Primary email type', value: 'work', note: 'If Okta shows it.' },
        { field: 'givenName, familyName', value: 'user.firstName, user.lastName' },
        { field: 'All others', value: 'As you like', note: 'Kept and given back as they were sent.' },
      ],
    },
    {
      title: 'The license attribute',
      isOptional: true,
      text: [
        'It lets Okta say which license each person gets. **Directory** > **Profile Editor** > the application’s profile > **Add Attribute**:',
      ],
      rows: [
        { field: 'Data type', value: 'string' },
        { field: 'Display name', value: 'License Type' },
        { field: 'Variable name', value: 'licenseType', isCopied: true },
        { field: 'External name', value: 'licenseType', isCopied: true },
        { field: 'External namespace', value: LICENSE_SCHEMA, isCopied: true },
        { field: 'Enum', value: LICENSE_VALUES, note: 'Define enumerated list of values: exactly these.' },
        {
          field: 'Attribute type',
          value: 'Group',
          note: 'To set it for whole groups when you assign them; Personal for each person.',
        },
      ],
      part: 'licenses',
    },
    {
      title: 'Assign people',
      text: [
        'Tab **Assignments** > **Assign** > **Assign to Groups** or **Assign to People**. Okta creates whom Rollcall does not know, and links whom it finds by user name: they keep their id, their groups and, unless Okta sends another one, their license.',
        'Unassigning or deactivating somebody in Okta deactivates them here: the seat is free, the groups wait for their return.',
      ],
    },
    {
      title: 'Push groups',
      text: [
        'Tab **Push Groups** > **Find groups by name**. Choose **Create Group**, or **Link Group** to take over one that Rollcall has. Take other groups for pushing than for assigning, and push them after the people have arrived.',
        'Groups bring names and members. What a group may do is granted in Rollcall and survives a rename.',
      ],
    },
  ];
}
