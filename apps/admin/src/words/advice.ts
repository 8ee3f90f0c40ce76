/** What to do about the refusals that identity providers meet, a sentence a step. */
export const words = {
  title: 'What to do',
  retry:
    'Then send it again: in Okta retry the task under Dashboard, Tasks; Entra tries again in its next cycle, or at once with Provision on demand.',
  advice: {
    userNameNoAddress: {
      title: 'The user name is no e-mail address',
      steps: [
        'In Okta set Application username format to Email, on the Sign On tab of the application.',
        'In Entra ID map userName to userPrincipalName or mail under Attribute mapping, whichever holds the address.',
      ],
    },
    userNameAndEmailDiffer: {
      title: 'User name and work e-mail are not the same address',
      steps: [
        'In Okta map Primary email to what the Application username format is made of.',
        'In Entra ID map userName and emails[type eq "work"].value to the same attribute.',
      ],
    },
    workEmailRemoved: {
      title: 'The work e-mail would be removed',
      steps: ['Keep the mapping of the work e-mail in the identity provider: people sign in with it.'],
    },
    noFreeSeat: {
      title: 'No seat of this license is free',
      steps: [
        'Free a seat by deactivating somebody, or give somebody another license.',
        'Or have the identity provider send another licenseType, or ask for more seats.',
      ],
    },
    licenseTypeUnavailable: {
      title: 'The account does not have this license type',
      steps: ['Have the identity provider send another licenseType, or ask for seats of this one.'],
    },
    licenseTypeUnknown: {
      title: 'The license type is unknown',
      steps: [
        'Send exactly developer, analyst, it or read_only: upper and lower case count.',
        'In Okta correct the enumerated list of the attribute; in Entra ID the source of the mapping or its expression.',
      ],
    },
    userNameTaken: {
      title: 'Somebody has this user name',
      steps: [
        'If the identity provider repeats a creation that timed out, nothing is wrong.',
        'Else look up who has the name, and match or rename one of the two in the identity provider.',
      ],
    },
    groupNameTaken: {
      title: 'A group has this name already',
      steps: [
        'In Okta use Link Group under Push Groups, or rename the group.',
        'In Entra ID match groups by displayName, or rename the group.',
      ],
    },
    reservedGroupName: {
      title: 'This is the name of a default group',
      steps: [
        'Rename the group in the identity provider, or leave it out of provisioning. SCIM does not see Owner, Member and Everyone.',
      ],
    },
    unknownMembers: {
      title: 'A member is not in this account',
      steps: [
        'Assign the person to the application first, then push the group again.',
        'Groups cannot be members of groups: assign the people of a nested group themselves.',
      ],
    },
    unlicensedMembers: {
      title: 'A member has not accepted their invitation yet',
      steps: [
        'Send the invitation again, and add the person once they have accepted.',
        'Or let the account hold such members under SSO & SCIM: the membership then takes effect on acceptance.',
      ],
    },
    lastAdministrator: {
      title: 'The account would be left without an administrator',
      steps: ['Make somebody else an account admin in Rollcall first.'],
    },
    scimOff: {
      title: 'SCIM is switched off',
      steps: ['An account admin switches it on under SSO & SCIM. Until then nothing is provisioned.'],
    },
    addressRefused: {
      title: 'The IP restrictions refuse this address',
      steps: [
        'If it is the identity provider’s, allow its ranges under IP restrictions: import the list that it publishes.',
      ],
    },
    strictDialects: {
      title: 'The account reads SCIM to the letter',
      steps: [
        'Set the dialects to lenient under SSO & SCIM: then it is read, and named here.',
        'Or correct how the identity provider sends it.',
      ],
    },
    searchTooCostly: {
      title: 'The search would have taken too long',
      steps: ['Have the client search by userName, externalId, id or e-mail, and without sortBy.'],
    },
    staleCursor: {
      title: 'The place in the list is not known any more',
      steps: ['The client reads the list again from its beginning. Most do so by themselves.'],
    },
    changedMeanwhile: {
      title: 'It was changed in the meantime',
      steps: [
        'The client reads it again and repeats the change with the new version. Most do so by themselves.',
      ],
    },
    tooLarge: {
      title: 'The request is too large',
      steps: ['Have the client send fewer members or operations at a time.'],
    },
    unknownAttribute: {
      title: 'An attribute is mapped that SCIM does not have here',
      steps: [
        'Delete its mapping in the identity provider, or define the attribute as an extension of the account.',
      ],
    },
    unreadable: {
      title: 'The request is not as SCIM wants it',
      steps: [
        'The refusal below names the part at fault. Correct the mapping that sends it in the identity provider.',
      ],
    },
    gone: {
      title: 'The person or group is not there any more',
      steps: [
        'Mostly nothing: Entra matches anew in its next cycle.',
        'In Okta unassign the person or group from the application and assign it again.',
      ],
    },
    notOffered: {
      title: 'Rollcall does not offer this part of SCIM',
      steps: ['The client should go by /ServiceProviderConfig. Nothing is lost.'],
    },
    busy: {
      title: 'The account was busy',
      steps: ['Nothing: identity providers try again by themselves.'],
    },
    serverFailure: {
      title: 'Something went wrong on the server',
      steps: ['If it fails again, name the request id to the operator of this installation.'],
    },
  },
  links: {
    access: 'Go to SSO & SCIM',
    licenses: 'Go to the licenses',
    people: 'Go to the people',
    groups: 'Go to the groups',
    ipRules: 'Go to the IP restrictions',
    invitations: 'Go to the invitations',
  },
} as const;

export type AdviceName = keyof typeof words.advice;
