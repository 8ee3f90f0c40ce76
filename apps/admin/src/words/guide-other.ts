import { type GuideStep, type GuideValues, LICENSE_SCHEMA, LICENSE_VALUES } from './guides.ts';

/** Any client that speaks SCIM 2.0. */
export function otherSteps({ baseUrl }: GuideValues): readonly GuideStep[] {
  return [
    {
      title: 'Connect',
      text: ['Wherever your client asks for a SCIM 2.0 service provider:'],
      rows: [
        { field: 'Base URL', value: baseUrl, isCopied: true, note: 'A slash at its end does no harm.' },
        {
          field: 'Authentication',
          value: 'OAuth bearer token',
          note: 'Header Authorization: Bearer, a blank, the token.',
        },
        { field: 'Content type', value: 'application/scim+json', note: 'application/json works, too.' },
        { field: 'Unique identifier of users', value: 'userName', isCopied: true },
      ],
      part: 'token',
    },
    {
      title: 'Test the connection',
      text: [
        'With your client’s own test, or by hand. Put the token in the place of TOKEN; the answer describes what Rollcall can do:',
      ],
      rows: [
        {
          field: 'In a shell',
          value: `curl -H "Authorization: Bearer TOKEN" ${baseUrl}/ServiceProviderConfig`,
          isCopied: true,
        },
      ],
      part: 'check',
    },
    {
      title: 'Map the attributes',
      rows: [
        {
          field: 'userName',
          value: 'The e-mail address',
          note: 'What people sign in with. Other user names: setting “User names”.',
        },
        { field: 'emails[type eq "work"].value', value: 'The same address', note: 'May be left out.' },
        { field: 'externalId', value: 'Your own id of the person', note: 'One that never changes hands.' },
        { field: 'active', value: 'true or false', note: 'false frees the seat and keeps the groups.' },
        { field: 'name.givenName, name.familyName', value: 'As you have them' },
        {
          field: 'Everything else of RFC 7643',
          value: 'As you have it',
          note: 'Kept and given back as it was sent.',
        },
      ],
    },
    {
      title: 'The license attribute',
      isOptional: true,
      text: ['It lets your client say which license each person gets:'],
      rows: [
        { field: 'Schema', value: LICENSE_SCHEMA, isCopied: true },
        { field: 'Attribute', value: 'licenseType', isCopied: true },
        { field: 'Values', value: LICENSE_VALUES, note: 'Exactly these. null or "" takes it back.' },
      ],
      part: 'licenses',
    },
    {
      title: 'Bring people, then groups',
      text: [
        'Look each person up by userName, create whom you do not find (POST /Users), and change whom you find (PATCH or PUT by id). Anybody whom you write to is managed by your client from then on.',
        'Then the groups: POST /Groups with displayName and members by id. Owner, Member and Everyone are names of the account’s own groups.',
      ],
    },
  ];
}
